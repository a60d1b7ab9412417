# For sourcing, after need.bash and venv.bash: the interface of today in each language, and what is broken between two of them.

OUT=$PWD/target/compat
TOOLS=$OUT/tools
mkdir -p "$OUT"

write_surface() { # language: today's
    case $1 in
    rust) items >"$OUT/rust.txt" ;;
    java) classes "$OUT/chexiao.jar" ;;
    documents) documents >"$OUT/documents.json" ;;
    esac
}

# Every public item, a line each. Any rustdoc writes JSON if it is asked as this does, and cargo and the compiler need not know.
items() {
    scripts/cargo-tool cargo-public-api 0.52.0
    printf '#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n' >"$OUT/rustdoc"
    chmod +x "$OUT/rustdoc"
    RUSTDOC=$OUT/rustdoc scripts/with-tools cargo rustdoc --quiet --locked -p chexiao --lib -- -Zunstable-options --output-format json >&2
    target/tools/bin/cargo-public-api public-api --rustdoc-json target/doc/chexiao.json -s
}

# What is gone, and what is new beside members that a `match` or a literal may have named all of.
breaks_of_items() { # old, new
    LC_ALL=C comm -23 <(LC_ALL=C sort "$1") <(LC_ALL=C sort "$2")
    LC_ALL=C comm -13 <(LC_ALL=C sort "$1") <(LC_ALL=C sort "$2") | while read -r line; do
        [[ $line =~ ^pub\ ([[:alnum:]_:]+)::[[:alnum:]_]+ ]] && grep -q "^pub ${BASH_REMATCH[1]}::" "$1" || continue
        grep -qE "#\[non_exhaustive\] .*pub (enum|struct) ${BASH_REMATCH[1]}\b" "$1" || echo "new: $line"
    done
}

# A library that has what a header declares, so that abidiff sees what a compiler of C or C++ sees.
library_of_header() { # c or cpp, folder, library
    case $1 in
    c)
        { echo '#include "chexiao.h"' && definitions_of "$2/chexiao.h"; } | cc -x c -g -shared -fPIC -I"$2" -o "$3" -
        ;;
    cpp) # All is inline there: kept, it has symbols.
        need "a C++ compiler" "links c++ c++ string" g++
        echo '#include "chexiao.hpp"' | c++ -x c++ -std=c++17 -g -shared -fPIC -fkeep-inline-functions -I"$2" -o "$3" -
        ;;
    esac
}

definitions_of() { # header
    cc -E -P -x c "$1" | tr '\n' ' ' | grep -oE 'extern [^;]*chexiao_[a-z_]+\([^;]*\)' | sed 's/^extern \(.*\)/\1 { __builtin_trap(); }/'
}

breaks_of_headers() { # c or cpp, old folder, new folder
    local status=0
    need abidiff "command -v abidiff" abigail-tools
    library_of_header "$1" "$2" "$OUT/$1-old.so"
    library_of_header "$1" "$3" "$OUT/$1-new.so"
    abidiff --no-added-syms --no-show-locs "$OUT/$1-old.so" "$OUT/$1-new.so" >"$OUT/$1.abidiff" || status=$?
    # 1 and 2 say that nothing was compared. A report of nothing is two sums and a blank line.
    ((status == 0 || status >= 4)) || return 1
    grep -vE '^$|^(Functions|Variables) changes summary' "$OUT/$1.abidiff" || [ $? = 1 ]
}

breaks_of_numbers() { # old folder, new folder
    LC_ALL=C comm -23 <(numbers_of "$1") <(numbers_of "$2")
}

numbers_of() { cc -E -dM -x c "$1/chexiao.h" | grep '^#define CHEXIAO_' | grep -vE '^#define CHEXIAO_(H|API|VERSION_[A-Z]*)\b' | LC_ALL=C sort; }

classes() { # JAR
    need_java
    mvn --batch-mode --quiet --no-transfer-progress --file java compile -Dexec.skip >&2
    jar --create --file "$1" --date 2026-01-01T00:00:00Z -C java/target/classes io
}

breaks_of_classes() { # old JAR, new JAR
    rm -rf "$OUT/japicmp"
    mvn --batch-mode --quiet --file compat com.github.siom79.japicmp:japicmp-maven-plugin:cmp -Dold="$(realpath "$1")" -Dnew="$(realpath "$2")" -Dout="$OUT" >&2
    # By its marks: `!` for whoever is compiled, `*` for whoever compiles.
    grep -E '^[[:blank:]]*(===|\+\+\+|---|\*\*\*)[!*]' "$OUT/japicmp/default-cli.diff" || [ $? = 1 ]
}

breaks_of_stubs() { # old folder, new folder
    venv "$TOOLS" compat/requirements.txt
    "$TOOLS/bin/python" compat/python.py "$1" "$2"
}

documents() {
    scripts/with-tools cargo build --quiet --locked -p chexiao-ffi >&2
    compat/documents.py record target/debug/libchexiao_ffi.so
}
