import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { importKey } from '@dnsteer/dnssec';
import { readZoneFile, ZoneError } from '@dnsteer/zone';
import { buildZone } from './zone-build.ts';
import type { BuilderStart, BuiltInSlab, FromBuilder, ZoneRequest } from './zone-builder.ts';

// Reads, signs and lays out zones beside the control plane.

const start = workerData as BuilderStart;
const turn = new Int32Array(start.turn);
let slabsGiven = 0;
const say = (message: FromBuilder) => parentPort!.postMessage(message);

/** Slabs are the control plane's: ask, and wait. */
function allocate(octets: number): SharedArrayBuffer {
  say({ kind: 'need', octets });
  Atomics.wait(turn, 0, 0);
  Atomics.store(turn, 0, 0);
  slabsGiven++;
  return receiveMessageOnPort(start.slabs)!.message as SharedArrayBuffer;
}

function build({ apex, file, dynamic, keys }: ZoneRequest): BuiltInSlab {
  const builder = readZoneFile(file, { origin: apex });
  const { image, refreshAtSeconds } = buildZone(
    builder,
    dynamic,
    keys.map((key) => importKey(key)),
    start.nowSeconds,
    allocate,
  );
  return { slab: slabsGiven - 1, serial: image.serial, refreshAtSeconds };
}

try {
  say({ kind: 'built', results: start.requests.map(build) });
} catch (error) {
  const { message, code = 'ERR' } = error as Error & { code?: string };
  say({
    kind: 'failed',
    code,
    message,
    problems:
      error instanceof ZoneError
        ? error.problems.map(({ file, line, column, message: text }) => ({ file, line, column, message: text }))
        : [],
  });
}
