import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { control } from './harness.ts';

// Reloads of a zone of 64 MiB end with at most 2.2 times the image in memory: one image that is answered from, one for the next, and little more.
// A leak of any part shows in a few reloads; all hundred, of large records and of many small ones:
//
//     RELOADS=100 npx vitest run --project interop apps/server/test/built/memory

const RELOADS = Number(process.env['RELOADS'] ?? 6);
const IMAGE_MIB = 64;
const MOST_TIMES = 2.2;
const MIB = 2 ** 20;

const HEAD = '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';
const STRINGS = Array.from({ length: 64 }, () => `"${'x'.repeat(250)}"`).join(' ');

/** Lines, and how many of them make an image of 64 MiB. */
const KINDS = {
  'large records': { line: (i: number) => `t${i} TXT ${STRINGS}\n`, count: 4157 },
  'many small records': {
    line: (i: number) => `host${i} A 192.0.2.${i % 256}\nhost${i} AAAA 2001:db8::${(i % 65_536).toString(16)}\n`,
    count: 650_000,
  },
} as const;

function writeZone(path: string, { line, count }: (typeof KINDS)[keyof typeof KINDS]): void {
  const file = openSync(path, 'w');
  writeSync(file, HEAD);
  let text = '';
  for (let i = 0; i < count; i++) {
    text += line(i);
    if (text.length > 4 * MIB || i === count - 1) {
      writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

async function startWith(kind: keyof typeof KINDS | undefined): Promise<Server> {
  const server = await startDnsteer({
    config: ({ port, directory }) => {
      if (kind !== undefined) writeZone(join(directory, 'example.com.zone'), KINDS[kind]);
      const zones = kind === undefined ? '' : 'zones: { example.com: { file: example.com.zone } }\n';
      return `server: { listen: ["127.0.0.1:${port}"] }\n${zones}`;
    },
  });
  servers.push(server);
  return server;
}

async function residentOctets({ pid }: Server): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

const kinds = RELOADS >= 100 ? (Object.keys(KINDS) as (keyof typeof KINDS)[]) : (['large records'] as const);

describe.each(kinds)('%s', (kind) => {
  test(`${RELOADS} reloads of a zone of ${IMAGE_MIB} MiB end with at most ${MOST_TIMES} times the image in memory`, {
    timeout: 60_000 + RELOADS * 20_000,
  }, async () => {
    const without = await residentOctets(await startWith(undefined));
    const server = await startWith(kind);
    const socket = join(server.directory, 'dnsteer.sock');
    const status = () => control<{ epoch: number; zones: { imageOctets: number }[] }>(socket, 'status');
    const imageOctets = (await status()).zones[0]!.imageOctets;
    expect(imageOctets / MIB).toBeCloseTo(IMAGE_MIB, -0.3);

    const started = performance.now();
    for (let i = 0; i < RELOADS; i++) await control(socket, 'reload');
    const seconds = (performance.now() - started) / 1000;
    expect((await status()).epoch).toBe(1 + RELOADS);
    await sleep(1000);
    const times = ((await residentOctets(server)) - without) / imageOctets;
    console.log(
      `${kind}: ${RELOADS} reloads of ${(imageOctets / MIB).toFixed(1)} MiB in ${seconds.toFixed(0)} s; ` +
        `${(without / MIB).toFixed(0)} MiB without a zone, then ${times.toFixed(2)} times the image`,
    );
    expect(times).toBeLessThanOrEqual(MOST_TIMES);
  });
});
