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
flags="-std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -fvisibility=hidden -fPIC -shared"
for kind in plain faults; do
  mkdir -p "$place/$kind/build/Release"
  # shellcheck disable=SC2086
  "$compiler" $flags $([ "$kind" = plain ] || echo "-include packages/transport/test/faults.h") -I"$headers" \
    -o "$place/$kind/build/Release/udp_batch.node" packages/transport/native/*.c
done

# node-gyp-build looks there first. What Node itself never frees is not told of.
checked() { # <kind> <command>
  kind="$1"
  shift
  env "@DNSTEER/TRANSPORT_PREBUILD=$place/$kind" LD_PRELOAD="$asan" ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 "$@"
}
tests() { # <kind> <project> <tests>
  kind="$1"
  project="$2"
  shift 2
  checked "$kind" node node_modules/vitest/vitest.mjs run --project "$project" "$@"
}

for kind in plain faults; do
  checked "$kind" node --input-type=module -e "
    const { findAddon } = await import('./packages/transport/src/addon.ts').catch(() => import('./packages/transport/dist/addon.js'));
    findAddon();
    const { readFileSync } = await import('node:fs');
    if (!readFileSync('/proc/self/maps', 'utf8').includes('$place/$kind/')) throw new Error('the add-on that was compiled here is not the one that is loaded');"
done
tests plain unit packages/transport/test/udp packages/transport/test/tcp packages/transport/test/fuzz
tests plain interop packages/transport/test/built
# Those that count writes, or what a kernel drops, want one that does as usual.
for FAULT_SEED in 1 2 3; do
  export FAULT_SEED
  tests faults unit packages/transport/test/fuzz packages/transport/test/tcp-batch
done
