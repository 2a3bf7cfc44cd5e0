import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchError } from '../../../../packages/transport/src/index.ts';
import { dig, needing, niceValues, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { control } from './harness.ts';

const zone = (address: string) => `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
www A ${address}
`;

function serve(settings: string): Promise<Server> {
  return startDnsteer({
    config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"], ${settings} }\nzones: { example.com: { file: example.com.zone } }\n`,
    files: { 'example.com.zone': zone('192.0.2.1') },
    zone: 'example.com',
  });
}

/** Each question from a port of its own, so that every worker gets some. */
async function addresses(server: Server, ...options: string[]): Promise<Set<string>> {
  const replies = await Promise.all(Array.from({ length: 24 }, () => dig(server, 'www.example.com', 'A', ...options)));
  return new Set(replies.flatMap(({ answer }) => answer.map(({ rdata }) => rdata)));
}

needing(['dig'], 'server.workers', () => {
  if (batchError() === undefined) describe('three, by the driver batch', testThree);

  function testThree(): void {
    let server: Server;
    beforeAll(async () => {
      server = await serve('workers: 3, udpDriver: batch');
    });
    afterAll(() => server?.stop());

    test('answer over UDP and TCP, all from one version of the zone', async () => {
      expect(await addresses(server)).toEqual(new Set(['192.0.2.1']));
      expect(await addresses(server, '+tcp')).toEqual(new Set(['192.0.2.1']));
      writeFileSync(join(server.directory, 'example.com.zone'), zone('192.0.2.2'));
      await control(join(server.directory, 'dnsteer.sock'), 'reload');
      expect(await addresses(server)).toEqual(new Set(['192.0.2.2']));
      expect(await addresses(server, '+tcp')).toEqual(new Set(['192.0.2.2']));
    });
  }

  test('what the engine does aside comes after answering', async () => {
    const server = await serve('');
    try {
      const nices = niceValues(server.pid);
      // The first thread, and the one that answers, and those that V8 has by default: four (node --help, --v8-pool-size).
      expect(nices[0]).toBe(0);
      expect(nices.filter((nice) => nice === 0).length).toBeGreaterThan(1);
      expect(nices.filter((nice) => nice === 10).length).toBeGreaterThanOrEqual(4);
    } finally {
      await server.stop();
    }
  });

  test('with the driver dgram one answers, and a warning says so', async () => {
    const server = await serve('workers: 2, udpDriver: dgram');
    try {
      expect(server.output()).toContain(
        'server.workers: one thread answers in place of 2: reusePort: by dgram a port has one socket in Node',
      );
      expect(await addresses(server)).toEqual(new Set(['192.0.2.1']));
    } finally {
      await server.stop();
    }
  });
});
