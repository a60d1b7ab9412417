# For sourcing, after need.bash: folders that have what another platform's programs need, and how those are run here.

# Makes a folder a root that has nothing but a C library, with `run`, which runs a program of it there. For the program, the folder is / and
# has its own name too, so that the configurations of a sandbox name files that it finds.
root_of() { # target, folder
    local libraries=(libc6 libgcc-s1) program=() become=()
    case $1 in *-musl) libraries=(musl) ;; esac
    debian "$1" "$2" "${libraries[@]}"
    mkdir -p "$2/lib" "$2/tmp" "$2/etc" "$2$(dirname "$2")"
    ln -s / "$2$2"
    cp /etc/hosts /etc/resolv.conf "$2/etc/"
    case $1 in
    "$(uname -m)"-*) ;;
    *)
        cp "$(qemu "$1")" "$2/qemu"
        program=(/qemu)
        ;;
    esac
    [ "$(id -u)" = 0 ] || become=(unshare --map-root-user)
    printf '#!/bin/sh\nprogram=$1\nshift\nexec %s chroot %s %s "/$program" "$@"\n' "${become[*]}" "$2" "${program[*]}" >"$2/run"
    chmod +x "$2/run"
}

qemu() { # target
    need "qemu for ${1%%-*}" "command -v qemu-${1%%-*}-static" qemu-user-static
    command -v "qemu-${1%%-*}-static"
}

# Unpacks Debian's packages for a target's processor, with all that they depend on, into a folder; none is installed.
debian() { # target, folder, package…
    local arch=amd64 state=$2.apt deb
    case $1 in aarch64-*) arch=arm64 ;; esac
    mkdir -p "$2"
    apt_in "$state" -o "APT::Architecture=$arch" update
    apt_in "$state" -o "APT::Architecture=$arch" install --no-install-recommends --download-only "${@:3}"
    for deb in "$state"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$2"; done
    rm -rf "$state"
}

# Unpacks a source of Debian's, as its authors have it, into a folder.
source_of() { # package, folder
    local state=$2.apt list from
    mkdir -p "$2" "$state/parts"
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
        [ ! -e "$list" ] || sed 's/^deb /deb-src /; s/^Types: deb$/Types: deb-src/' "$list" >"$state/parts/$(basename "$list" .list).${list##*.}"
    done
    from=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$state/parts")
    apt_in "$state" "${from[@]}" update
    (cd "$state" && apt_in "$state" "${from[@]}" source --download-only --tar-only "$1")
    tar -C "$2" -xf "$state"/*.orig.tar.*z --strip-components=1
    rm -rf "$state"
}

# With lists and a cache of its own.
apt_in() { # folder, apt's arguments…
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
    : >"$1/status"
    apt-get -qq -y -o APT::Sandbox::User=root -o "Dir::State=$1" -o "Dir::State::status=$1/status" -o "Dir::Cache=$1/cache" \
        -o Debug::NoLocking=1 "${@:2}"
}
