# Sourced by the findings in Java: works in a temporary folder; `jars GROUP:ARTIFACT:VERSION…` prints the class path of
# pinned packages and of what they need.
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

jars() {
    local each group artifact version
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>0</version><dependencies>'
        for each; do
            IFS=: read -r group artifact version <<<"$each"
            echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
        done
        echo '</dependencies></project>'
    } >pom.xml
    mvn -q -B dependency:build-classpath -Dmdep.outputFile=class-path >maven.log 2>&1 || { cat maven.log >&2; return 1; }
    cat class-path
}
