#!/bin/sh
# Compiles the add-on for this machine into prebuilds/, which are shipped. Needs a C compiler and the headers of Node (and libuv), in /usr/include/node or $1.
set -eu
cd "$(dirname "$0")/.."
headers="${1:-/usr/include/node}"
case "$(uname -m)" in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "no prebuild is shipped for $(uname -m)" >&2; exit 1 ;;
esac
mkdir -p "prebuilds/linux-$arch"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -fvisibility=hidden -fPIC -shared -s -I"$headers" \
  -o "prebuilds/linux-$arch/udp_batch.glibc.node" native/udp_batch.c
cat native/peers.h native/sockets.h native/udp_batch.c | sha256sum | cut -d' ' -f1 >"prebuilds/linux-$arch/source.sha256"
