#!/bin/sh
# Compiles the add-on for Linux into prebuilds/, which are shipped: for this machine's processor, and for the other one where its compiler is there
# (Debian: gcc-aarch64-linux-gnu, gcc-x86-64-linux-gnu). Needs the headers of Node (and libuv), beside the node in use or in $1.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
headers="${1:-$(node -p "path.resolve(process.execPath, '../../include/node')")}"

build() { # <Node's name of the processor> <compiler>
  mkdir -p "prebuilds/linux-$1"
  "$2" -std=gnu11 -O2 -Wall -Wextra -Werror -fvisibility=hidden -fPIC -shared -s -I"$headers" \
    -o "prebuilds/linux-$1/udp_batch.glibc.node" native/udp_batch.c native/tcp_batch.c
  cat native/*.h native/*.c | sha256sum | cut -d' ' -f1 >"prebuilds/linux-$1/source.sha256"
  echo "linux-$1: needs glibc $(grep -ao 'GLIBC_[0-9.]*' "prebuilds/linux-$1/udp_batch.glibc.node" | sort -uV | tail -1 | cut -d_ -f2)"
}

for processor in x64:x86_64 arm64:aarch64; do
  arch="${processor%:*}"
  gnu="${processor#*:}"
  if [ "$(uname -m)" = "$gnu" ]; then
    build "$arch" "${CC:-cc}"
  elif command -v "$gnu-linux-gnu-gcc" >/dev/null; then
    build "$arch" "$gnu-linux-gnu-gcc"
  else
    echo "linux-$arch: there is no $gnu-linux-gnu-gcc, so its prebuild stays as it was; a test fails while its source differs" >&2
  fi
done
