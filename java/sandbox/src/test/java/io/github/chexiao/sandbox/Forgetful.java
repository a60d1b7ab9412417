package io.github.chexiao.sandbox;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;

/** A program that exits without closing its sandbox. */
final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) throws IOException {
        Sandbox sandbox = Sandbox.start();
        System.out.println(sandbox.config("wechat") + " " + sandbox.httpUrl());
        System.exit(3);
    }

    /** Where the configuration was and the address, once the program is over. */
    static String[] inAJvm() throws IOException {
        String java = Paths.get(System.getProperty("java.home"), "bin", "java").toString();
        String classes = of(Sandbox.class) + File.pathSeparator + of(Forgetful.class);
        Process program = new ProcessBuilder(java, "-cp", classes, Forgetful.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            String[] said = out.readLine().split(" ");
            program.waitFor();
            return said;
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        } finally {
            program.destroy();
        }
    }

    private static String of(Class<?> type) {
        return Paths.get(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }
}
