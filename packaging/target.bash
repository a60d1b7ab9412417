# For sourcing, in the repository, after need.bash: what everything that is given out is compiled with.

# Installs what a target of packaging/targets lacks here, and exports the flags of its compilers: the same bytes wherever cargo's folder
# lies. On musl a library shares its program's C library, and a command holds one of its own.
compile_for() { # target, library or command
    local tools registry=${CARGO_HOME:-${HOME:?is not set}/.cargo}/registry
    [[ $registry != *[[:blank:]]* ]] || { echo "a blank in $registry, which the flags of compilers name: set CARGO_HOME" >&2; exit 1; }
    unset CARGO_ENCODED_RUSTFLAGS CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
    grep -q "^$1 " packaging/targets || { echo "$1 is none of packaging/targets" >&2; exit 2; }
    tools=$(tools_of "$1")
    case $1 in
    *-windows-*) need mingw-w64 "command -v ${tools}gcc" gcc-mingw-w64-x86-64 ;;
    *) [ -z "$tools" ] || need "binutils for ${1%%-*}" "command -v ${tools}ld" "$(tr _ - <<<"binutils-${tools%-}")" ;;
    esac
    scripts/with-tools rustup target list --installed | grep -qx "$1" || scripts/with-tools rustup target add "$1" >&2
    RUSTFLAGS="--remap-path-prefix=$registry=registry"
    [[ "$1 $2" != *"-musl library" ]] || RUSTFLAGS+=" -C target-feature=-crt-static"
    AWS_LC_SYS_CFLAGS="$(sed -n 's/^AWS_LC_SYS_CFLAGS = "\(.*\)"/\1/p' .cargo/config.toml) -ffile-prefix-map=$registry=registry"
    # clang warns of alignments that only gcc knows, and AWS-LC takes a warning of the compiler for a thing that the system lacks. What clang
    # unrolls and inlines beyond gcc's -O2 is 230,000 bytes, and no quicker.
    case $1 in
    *-linux-*) AWS_LC_SYS_CFLAGS+=" -Wno-ignored-optimization-argument -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -mllvm -inline-threshold=100" ;;
    esac
    export RUSTFLAGS AWS_LC_SYS_CFLAGS
}

# What maturin needs to know of it beside: for Linux it links by zig, as packaging/build does.
wheel_for() { # target
    local platform
    platform=$(about "$1" 3)
    how=(--release --target "$1")
    [[ $1 = *-windows-* ]] || how+=(--zig --compatibility "${platform%_"${1%%-*}"}")
}

# What the names of nm, ld, strip and so on that look into its files begin with.
tools_of() { # target
    case $1 in "$(uname -m)"-*-linux-*) ;; *) about "$1" 4 ;; esac
}

about() { awk -v target="$1" -v column="$2" '$1 == target {print $column}' packaging/targets; } # target, column
