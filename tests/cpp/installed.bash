# What `make install` puts in place, and who finds it.

installed() {
    local root=$STAGE$PREFIX so
    so=$(readlink -f "$root/lib/libchexiao.so")
    [ "$(basename "$so")" = "libchexiao.so.$VERSION" ]
    [ "$(readlink -f "$root/lib/libchexiao.so.${VERSION%%.*}")" = "$so" ]
    readelf -d "$so" | grep "SONAME.*\[libchexiao.so.${VERSION%%.*}\]"
    [ "$("$root/bin/chexiao" --version)" = "chexiao $VERSION" ]
    fails grep -r "$PREFIX\|$PWD" "$root/lib/pkgconfig" "$root/lib/cmake"
    [ -z "$(readelf -S "$so" | grep '\.symtab')" ]
    [ -s "$root/share/man/man1/chexiao.1" ] && [ -s "$root/share/man/man1/chexiao-close.1" ]
    bash -n "$root/share/bash-completion/completions/chexiao"
    (cd "$root" && find . -path ./share/man -prune -o -type f -print -o -type l -print) | sort | diff - <(sort <<LIST
./bin/chexiao
./include/chexiao.h
./include/chexiao.hpp
./include/chexiao_cgi.h
./include/chexiao_cgi.hpp
./lib/cmake/chexiao/chexiaoConfig.cmake
./lib/cmake/chexiao/chexiaoConfigVersion.cmake
./lib/libchexiao.a
./lib/libchexiao.so
./lib/libchexiao.so.${VERSION%%.*}
./lib/libchexiao.so.$VERSION
./lib/pkgconfig/chexiao.pc
./share/bash-completion/completions/chexiao
./share/doc/chexiao/LICENSE-APACHE
./share/doc/chexiao/LICENSE-MIT
./share/doc/chexiao/README.md
./share/fish/vendor_completions.d/chexiao.fish
./share/zsh/site-functions/_chexiao
LIST
)
}

other_libdir() {
    PREFIX=/usr LIBDIR=lib/x86_64-linux-gnu DESTDIR=$WORK/multiarch scripts/with-tools packaging/install
    use "$WORK/multiarch/usr" lib/x86_64-linux-gnu
    cc "${FLAGS[@]}" examples/close.c $(pkg-config --cflags --libs chexiao) -o "$WORK/close_c"
    by_cmake shared
}

# find_package takes what fits and nothing else.
versions() {
    local asked
    mkdir -p "$WORK/versions"
    printf 'cmake_minimum_required(VERSION 3.16)\nproject(asks C)\nfind_package(chexiao ${ASKED} CONFIG REQUIRED)\n' >"$WORK/versions/CMakeLists.txt"
    for asked in "" "${VERSION%.*}" "$VERSION;EXACT"; do
        cmake -S "$WORK/versions" -B "$WORK/versions/is-${asked%;*}" -DCMAKE_PREFIX_PATH="$ROOT" -DASKED="$asked"
    done
    for asked in 0.0 0.99 1.0 "0.0.9;EXACT"; do
        fails cmake -S "$WORK/versions" -B "$WORK/versions/not-${asked%;*}" -DCMAKE_PREFIX_PATH="$ROOT" -DASKED="$asked"
    done
    [ "$(pkg-config --modversion chexiao)" = "$VERSION" ]
}
