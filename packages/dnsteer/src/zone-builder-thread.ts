import { constants, setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { readZoneFile, SlabPacker, type ZoneBuilder } from '@dnsteer/zone';
import type { BuilderStart, BuiltImage, FromBuilder, ZoneFileProblem, ZoneRequest } from './zone-builder-messages.ts';

// Reads, signs and lays out zones beside the server.

const { requests, nowSeconds, inBackground, slabs, slabsSent } = workerData as BuilderStart;
/** Slabs, in the order in which they were asked for. */
const taken: SharedArrayBuffer[] = [];
const say = (message: FromBuilder) => parentPort!.postMessage(message);

// A nice value belongs to a thread on Linux (setpriority(2)); elsewhere it would be the server's.
if (inBackground && process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

void buildAll().catch(failed).then(say);

async function buildAll(): Promise<FromBuilder> {
  const images: BuiltImage[] = [];
  const packer = new SlabPacker(takeSlab, requests.length);
  for (const request of requests) {
    images.push(await buildPlaced(request, packer));
    // Whoever ends this thread need not wait for the next zone.
    await setImmediate();
  }
  return { kind: 'built', images };
}

/** What the signer says of a zone is about its file. */
async function buildPlaced(request: ZoneRequest, packer: SlabPacker): Promise<BuiltImage> {
  try {
    return await build(request, packer);
  } catch (error) {
    const { code, message, problems } = error as Error & { code?: string; problems?: unknown };
    if (problems !== undefined || !code?.startsWith('ERR_SIGNER_')) throw error;
    throw Object.assign(error as Error, { problems: [{ file: request.file, line: 0, column: 0, message }] });
  }
}

async function build({ apex, file, dynamic, keys }: ZoneRequest, packer: SlabPacker): Promise<BuiltImage> {
  const builder = readZoneFile(file, { origin: apex });
  for (const { owner, types, dynamicId, maxTtlSeconds } of dynamic) builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
  const refreshAtSeconds = keys.length === 0 ? undefined : await sign(builder, keys);
  const { shared, at, serial } = builder.build((octets) => packer.part(octets));
  return { slab: taken.lastIndexOf(shared), at, serial, refreshAtSeconds, warnings: builder.warnings(nowSeconds) };
}

/** What signs is loaded where something is signed. */
async function sign(builder: ZoneBuilder, keys: ZoneRequest['keys']): Promise<number> {
  const [{ importKey }, { signZone }] = await Promise.all([import('@dnsteer/dnssec'), import('@dnsteer/signer')]);
  const signed = signZone(
    builder,
    keys.map((key) => importKey(key)),
    { nowSeconds },
  );
  return signed.refreshAtSeconds;
}

/** Waits: there is nothing else to do here. */
function takeSlab(octets: number): SharedArrayBuffer {
  const sent = Atomics.load(slabsSent, 0);
  say({ kind: 'slab', octets });
  Atomics.wait(slabsSent, 0, sent);
  const { message } = receiveMessageOnPort(slabs) as { message: SharedArrayBuffer };
  taken.push(message);
  return message;
}

function failed(error: Error & { code?: string; problems?: readonly ZoneFileProblem[] }): FromBuilder {
  const { message, code = 'ERR', problems = [] } = error;
  return {
    kind: 'failed',
    code,
    message,
    problems: problems.map(({ file, line, column, message: text, code: own, owner }) => ({
      file,
      line,
      column,
      message: text,
      ...(own !== undefined && { code: own }),
      ...(owner !== undefined && { owner }),
    })),
  };
}
