#!/bin/sh
# Runs the tests of the add-on with its memory accesses checked (AddressSanitizer, UndefinedBehaviorSanitizer); the first error ends them.
# Needs gcc with libasan and libubsan (Debian: gcc), the headers of Node beside the node in use or in $1, and the workspace's development packages.
set -eu
cd "$(dirname "$0")/../../.."
headers="${1:-$(node -p "path.resolve(process.execPath, '../../include/node')")}"
compiler="${CC:-gcc}"
[ -e "$headers/node_api.h" ] || { echo "there are no headers of Node in $headers: name their directory" >&2; exit 1; }
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

asan="$("$compiler" -print-file-name=libasan.so)"
[ -e "$asan" ] || { echo "$compiler has no libasan.so" >&2; exit 1; }
mkdir -p "$place/build/Release"
"$compiler" -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -fvisibility=hidden -fPIC \
  -shared -I"$headers" -o "$place/build/Release/udp_batch.node" packages/transport/native/*.c

# node-gyp-build looks there first. What Node itself never frees is not told of.
checked() { env "@DNSTEER/TRANSPORT_PREBUILD=$place" LD_PRELOAD="$asan" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 "$@"; }

checked node --input-type=module -e "
  const { findAddon } = await import('./packages/transport/src/addon.ts').catch(() => import('./packages/transport/dist/addon.js'));
  findAddon();
  const { readFileSync } = await import('node:fs');
  if (!readFileSync('/proc/self/maps', 'utf8').includes('$place/')) throw new Error('the add-on that was compiled here is not the one that is loaded');"
checked node node_modules/vitest/vitest.mjs run --project unit packages/transport/test/udp packages/transport/test/tcp \
  packages/transport/test/fuzz/tcp
