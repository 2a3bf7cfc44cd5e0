import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { sendControl, until } from './harness.ts';

const ZONE = '$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n';
const PAST = '2020-01-01T00:00:00Z';

const config = (port: number, probed: number) => `server: { listen: ["127.0.0.1:${port}"], workers: 2, udpDriver: batch }
pools:
  eu: { check: { type: http, address: 127.0.0.1, port: ${probed}, interval: 100ms, timeout: 90ms }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies:
  load: { pools: [eu, us], ttl: { min: 0 }, chain: [{ shed: { low: 60, high: 90 } }, { first: 1 }] }
  near: { pools: [eu, us], chain: [{ latency: { feed: rtt } }, { first: 1 }] }
  probes: { pools: [us, eu], chain: [{ latency: { feed: probe } }, { first: 1 }] }
  next: { pools: [eu, us], chain: [{ canary: { pools: [us], steps: [{ at: ${PAST}, percent: 100 }], guard: { feed: errors, max: 5 } } }, { first: 1 }] }
zones:
  example.com: { file: example.com.zone, steer: { load: load, near: near, next: next, probes: probes } }
`;

const [EU, US] = ['198.51.100.1', '203.0.113.1'];
const endpoint = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
let server: Server;
let directory: string;
beforeAll(async () => {
  const { port: probed } = endpoint.address() as AddressInfo;
  server = await startDnsteer({ config: ({ port }) => config(port, probed), files: { 'example.com.zone': ZONE }, zone: 'example.com' });
  ({ directory } = server);
});
afterAll(async () => {
  await server?.stop();
  endpoint.close();
});

const dnsteer = (...args: string[]) => runDnsteer(args, { cwd: directory });
/** Every worker says so: from other ports other workers are asked. */
async function answers(name: string, subnet = '192.0.2.0/24'): Promise<string[]> {
  const all = await Promise.all(
    Array.from({ length: 8 }, () => dig({ port: server.port }, `${name}.example.com`, 'A', `+subnet=${subnet}`)),
  );
  return [...new Set(all.map(({ answer }) => answer[0]!.rdata))];
}

describe('dnsteer feed', () => {
  test('a load that is pushed sheds clients, at every worker and at once', async () => {
    expect(await answers('load')).toEqual([EU]);
    expect(await dnsteer('feed', 'load', 'eu=95', 'us/iad1=3')).toMatchObject({ code: 0, stdout: 'load: 2 figures\n', stderr: '' });
    expect(await answers('load')).toEqual([US]);
    await dnsteer('feed', 'load', 'eu=10');
    expect(await answers('load')).toEqual([EU]);
  });

  test('milliseconds of networks, from a file; the scope is theirs', async () => {
    await writeFile(join(directory, 'ms.txt'), '# measured\n192.0.2.0/24 eu=80 us=12\n198.51.100.0/24 eu=3, us=40\n\n');
    expect(await dnsteer('feed', 'rtt', '--file', 'ms.txt')).toMatchObject({ code: 0, stdout: 'rtt: 4 figures\n' });
    expect([await answers('near'), await answers('near', '198.51.100.0/24')]).toEqual([[US], [EU]]);
    const explained = await dnsteer('explain', 'near.example.com', 'A', '--client', '192.0.2.0/24', '--live');
    expect(explained.stdout).toContain('rtt of 192.0.2.0/24: us 12 ms, eu 80 ms');
  });

  test('more than a line of the control socket holds', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24 eu=${i % 7} us=3`);
    await writeFile(join(directory, 'many.txt'), lines.join('\n'));
    expect(await dnsteer('feed', 'rtt', '--file', 'many.txt')).toMatchObject({ code: 0, stdout: 'rtt: 6000 figures\n' });
    expect([await answers('near', '10.11.182.0/24'), await answers('near', '10.11.179.0/24')]).toEqual([[EU], [US]]);
  });

  test('what probes measure is a feed, too', async () => {
    await until(
      async () => (await answers('probes'))[0] === EU,
      10_000,
      () => 'no figure of eu',
    );
  });

  test('without figures: a table of what policies look at', async () => {
    const { stdout } = await dnsteer('feed');
    expect(stdout).toMatch(/│ feed\s+│ of\s+│ figure\s+│ came\s+│ policies\s+│/);
    expect(stdout).toMatch(/│ load\s+│ us\/iad1\s+│ 3\s+│ 20\d\d-.*Z\s+│ load\s+│/);
    expect(stdout).toMatch(/│ errors\s+│ us\s+│\s+│\s+│ next\s+│/);
  });

  test.each([
    [['load', 'eu'], 'error: found "eu", expected a figure such as eu=70, or a network such as 192.0.2.0/24\n'],
    [['load', 'mars=5'], 'error: found "mars", expected one that a policy asks load of: eu, us, eu/fra1, us/iad1\n'],
    [['laod', 'eu=5'], 'error: found feed "laod", expected one that a policy looks at: errors, load, rtt\n'],
    [['rtt', '192.0.2.0/24'], 'error: found no figure behind 192.0.2.0/24, expected some such as eu=12\n'],
    [['rtt'], 'error: expected figures such as eu=70 or 192.0.2.0/24 eu=12, or --file\n'],
  ])('feed %j is refused', async (args, stderr) => {
    expect(await dnsteer('feed', ...args)).toMatchObject({ code: 1, stdout: '', stderr });
  });

  test('the same by the socket', async () => {
    const socket = join(directory, 'dnsteer.sock');
    const reply = await sendControl(
      socket,
      '{"command":"feed","arguments":{"name":"load","values":{"eu":7}}}\n{"command":"feed","arguments":{"name":"load","values":7}}\n',
    );
    expect(reply).toBe('{"ok":true,"result":{"figures":1}}\n{"ok":false,"error":"found 7 for values, expected an object"}\n');
  });
});

describe('dnsteer explain --feeds', () => {
  const explained = async (text: string) => {
    await writeFile(join(directory, 'figures.yaml'), text);
    return dnsteer('explain', 'load.example.com', 'A', '--client', '192.0.2.0/24', '--feeds', 'figures.yaml');
  };

  test('with figures of a file', async () => {
    const { stdout } = await explained('load: { eu: 95 }\nrtt: { 192.0.2.0/24: { eu: 12 } }\n');
    expect(stdout).toContain('load: eu 95 sheds 100 % and goes, 1 other is not over');
    expect(stdout).toMatch(/^answer {4}203\.0\.113\.1 \(us\/iad1\)$/m);
  });

  test.each([
    ['laod: { eu: 5 }', 'figures.yaml:1:1: laod: expected a feed that a policy looks at: canary, errors, load, probe, rtt'],
    ['load: { mars: 5 }', 'figures.yaml:1:9: load.mars: expected one of eu, us, eu/fra1, us/iad1'],
    ['load: { eu: much }', 'figures.yaml:1:13: load.eu: found "much", expected a number'],
    ['rtt: { eu: { us: 5 } }', 'figures.yaml:1:8: rtt.eu: expected a network such as 192.0.2.0/24'],
    ['load: 5', 'figures.yaml:1:7: load: expected figures by feed, such as "load: { eu: 70 }"'],
  ])('%s is refused', async (text, message) => {
    const { code, stderr } = await explained(`${text}\n`);
    expect([code, stderr]).toEqual([1, `error: ${message}\n`]);
  });
});

describe('dnsteer canary', () => {
  test('a figure that is bad calls everybody back, for good; an operator lets it go on', async () => {
    expect(await answers('next')).toEqual([US]);
    await dnsteer('feed', 'errors', 'us=7.5');
    expect(await answers('next')).toEqual([EU]);
    await dnsteer('feed', 'errors', 'us=0');
    expect(await answers('next')).toEqual([EU]);
    expect((await dnsteer('canary')).stdout).toMatch(
      /│ next\s+│ us\s+│ called back\s+│ 20\d\d-.*Z\s+│\s+│ errors of us is 7.5, above 5\s+│/,
    );
    const resumed = await dnsteer('canary', 'next', 'resume', '--note', 'mended');
    expect(resumed.stdout).toMatch(/│ next\s+│ us\s+│ going\s+│ .* │ by the operator: mended\s+│/);
    expect(await answers('next')).toEqual([US]);
    expect(server.output()).toContain('the canary of policy next (us) is called back: errors of us is 7.5, above 5');
  });

  test.each([
    [['load', 'halt'], 'error: found policy "load", expected one with a canary: next\n'],
    [['next'], 'error: expected what to do with the canary of next: halt, call-back, resume\n'],
  ])('canary %j is refused', async (args, stderr) => {
    expect(await dnsteer('canary', ...args)).toMatchObject({ code: 1, stdout: '', stderr });
  });
});
