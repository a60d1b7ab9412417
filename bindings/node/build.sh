#!/bin/sh
# Compiles native.c against the C library that pkg-config finds, with the headers of the package node-api-headers (or of NODE_API_HEADERS).
set -eu
cd "$(dirname "$0")"
headers=${NODE_API_HEADERS:-$(node -p 'require("node-api-headers").include_dir')}
# shellcheck disable=SC2046
${CC:-cc} -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -pthread -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=chexiao \
    -I"$headers" $(pkg-config --cflags chexiao) native.c $(pkg-config --libs chexiao) -o chexiao.node
