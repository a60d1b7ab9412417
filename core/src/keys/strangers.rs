//! Forms of other programs that are not read here, and files that something damaged on the way: each with the remedy.

use super::fault::Fault;
use crate::ground::key_fault::KeyFault;
use crate::strict::find;

/// What `bytes` are, if they are of a kind that is known and not read.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    binary(bytes).or_else(|| text(bytes)).map_or(Ok(()), Err)
}

fn binary(bytes: &[u8]) -> Option<Fault> {
    let unsupported = |what| KeyFault::Unsupported.because(what);
    Some(match bytes {
        [0xFE, 0xED, 0xFE, 0xED, ..] => keystore("is a Java keystore (JKS)", "JKS"),
        [0xCE, 0xCE, 0xCE, 0xCE, ..] => keystore("is a Java keystore (JCEKS)", "JCEKS"),
        [0, 0, 0, 0..=2, 0, 0, 0, 8..=64, ..] => bouncy_castle(bytes),
        [6 | 7, 2, 0, 0, _, 0x24 | 0xA4, 0, 0, b'R', b'S', b'A', b'1' | b'2', ..] => converted(
            unsupported("is a key blob of Windows (MSBLOB)"),
            "openssl rsa -inform MSBLOB -in FILE -out key.pem (a public key: with -pubin -pubout)",
        ),
        [0x1E, 0xF1, 0xB5, 0xB0, ..] => {
            converted(unsupported("is a private key of Windows (PVK)"), "openssl rsa -inform PVK -in FILE -out key.pem")
        }
        [b'R', b'S', b'A', b'1'..=b'3', ..] => unsupported("is a key blob of Windows (CNG)")
            .mend("export it as PKCS#8: CngKey.Export(CngKeyBlobFormat.Pkcs8PrivateBlob)", "请如此导出为 PKCS#8"),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => {
            converted(unsupported("is a database, as NSS keeps keys in"), "pk12util -o FILE.p12 -n NICKNAME -d FOLDER")
        }
        [b'P', b'K', 3, 4, ..] => KeyFault::Malformed.because("is a ZIP archive").mend("unpack it", "请先解压"),
        _ => return None,
    })
}

fn text(bytes: &[u8]) -> Option<Fault> {
    let text = bytes.trim_ascii_start();
    let starts = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    let holds = |what: &str| find::holds(text, what.as_bytes());
    let (unsupported, malformed) = (|what| KeyFault::Unsupported.because(what), |what| KeyFault::Malformed.because(what));
    Some(match text {
        _ if starts("ssh-rsa ") || starts("ssh-ed25519 ") || starts("ecdsa-sha2-") || starts("---- BEGIN SSH2") => {
            KeyFault::Openssh.because("is an OpenSSH key")
        }
        _ if starts("PuTTY-User-Key-File-") => {
            converted(unsupported("is a PuTTY key"), "puttygen FILE -O private-openssh -o key.pem, ssh-keygen -p -m PKCS8 -f key.pem")
        }
        _ if starts("<RSAKeyValue") => unsupported("is an XML key of .NET")
            .mend("export it as PKCS#8: RSA.ExportPkcs8PrivateKeyPem (a public key: ExportSubjectPublicKeyInfoPem)", "请如此导出为 PKCS#8"),
        _ if starts("<") => malformed("is an HTML or XML page, not a key"),
        _ if starts("{") && holds("\"kty\"") => {
            unsupported("is a JSON Web Key (JWK)").mend("convert it to PKCS#8 or X.509, in PEM", "请转换为 PEM 格式的 PKCS#8 或 X.509")
        }
        _ if starts("{") => malformed("is JSON; a key stands here as PEM, DER or base64"),
        [b'-', 0, ..] | [0, b'-', ..] => {
            malformed("is UTF-16 text without a byte order mark").mend("save it as UTF-8 or ASCII", "请另存为 UTF-8 或 ASCII")
        }
        _ if holds("—BEGIN ") || holds("–BEGIN ") || holds("－BEGIN ") || holds("―BEGIN ") => {
            malformed("is PEM whose dashes a word processor has replaced").mend(
                "write five hyphens (-----) on both sides of BEGIN and END, or export the key again",
                "请在 BEGIN 和 END 两侧写五个半角连字符（-----），或重新导出密钥",
            )
        }
        _ => return None,
    })
}

/// BKS or UBER: a version, the length of a salt, the salt, a number of iterations; then entries in clear, or ciphertext.
fn bouncy_castle(bytes: &[u8]) -> Fault {
    let salt = bytes.get(7).copied().map_or(0, usize::from);
    let in_clear = match bytes.get(8 + salt + 4..) {
        Some([0, ..]) => true,
        Some([1..=4, high, low, alias @ ..]) => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            alias.get(..length).is_some_and(|alias| std::str::from_utf8(alias).is_ok_and(|alias| !alias.contains(char::is_control)))
        }
        _ => false,
    };
    if in_clear { keystore("is a keystore of BouncyCastle (BKS)", "BKS") } else { keystore("is a keystore of BouncyCastle (UBER)", "UBER") }
}

/// A Java keystore and the command that converts it.
pub(super) fn keystore(what: &'static str, kind: &str) -> Fault {
    let provider = match kind {
        "JKS" | "JCEKS" => "",
        _ => " -providerpath bcprov.jar -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider",
    };
    let command =
        format!("keytool -importkeystore -srckeystore FILE -srcstoretype {kind} -destkeystore FILE.p12 -deststoretype PKCS12{provider}");
    converted(KeyFault::Unsupported.because(what), &command)
}

fn converted(fault: Fault, command: &str) -> Fault {
    fault.mend(format!("convert it: {command}"), "请用此命令转换")
}

/// Binary that a program took for text on the way, and how: what it was cannot be had back.
pub(super) fn filtered(bytes: &[u8]) -> Option<Fault> {
    const LOST: &[u8] = "\u{fffd}".as_bytes();
    let as_text = std::str::from_utf8(bytes).is_ok();
    let what = match bytes {
        [0x30, ..] if as_text && bytes.windows(3).filter(|window| *window == LOST).count() > 3 => {
            "was binary and went through a text filter: EF BF BD stands wherever a byte was no text"
        }
        [0x30, 0xC2, ..] if as_text => "was binary and went through a text filter: its bytes were taken for Latin-1 and written as UTF-8",
        [0x30, b'?', ..] if bytes.is_ascii() && bytes.iter().filter(|byte| **byte == b'?').count() > bytes.len() / 8 => {
            "was binary and went through a text filter: a question mark stands wherever a byte was no text"
        }
        _ if has_new_line_ends(bytes) => "was binary and was copied as text: its line feeds became CR LF",
        _ => return None,
    };
    let fault = KeyFault::Malformed.because(what);
    Some(fault.mend(
        "get the file again, and copy it as binary (scp, FTP's binary mode; never through a String, a terminal or an editor)",
        "请重新获取该文件，并以二进制方式传输（scp 或 FTP 的 binary 模式；不要经过 String、终端或编辑器）",
    ))
}

/// Whether every line feed has a carriage return before it, and the length is right without those.
fn has_new_line_ends(bytes: &[u8]) -> bool {
    let (feeds, pairs) = (bytes.iter().filter(|byte| **byte == b'\n').count(), bytes.windows(2).filter(|pair| *pair == b"\r\n").count());
    // The header itself may hold a line feed.
    let mut header = bytes.iter().zip(bytes.iter().skip(1)).filter(|pair| *pair != (&b'\r', &b'\n')).map(|(byte, _)| usize::from(*byte));
    let length = match (header.next(), header.next(), header.next(), header.next()) {
        (Some(0x30), Some(0x81), Some(length), _) => 3 + length,
        (Some(0x30), Some(0x82), Some(high), Some(low)) => 4 + (high << 8 | low),
        _ => return false,
    };
    pairs > 0 && feeds == pairs && bytes.len().checked_sub(pairs) == Some(length)
}
