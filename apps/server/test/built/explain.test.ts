import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, digAll, needing, runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import type { Explanation } from '../../src/explain/explain.ts';
import { sendControl } from './harness.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 7 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
dead TXT "d"
half TXT "h"
alias CNAME www
*.wild CNAME dead
old DNAME wild
sub NS ns.example.net.
`;

const config = (port: number) => `server: { listen: ["127.0.0.1:${port}"], control: control.sock, why: { allow: [127.0.0.0/8] } }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1, "2001:db8::1"] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
  gone: { endpoints: [{ name: one, addresses: [192.0.2.1, "2001:db8::9"] }, { name: two, addresses: [192.0.2.2] }] }
  four: { endpoints: [{ name: one, addresses: [192.0.2.3] }] }
  six: { endpoints: [{ name: one, addresses: ["2001:db8::6"] }] }
policies:
  web: { pools: [eu, us], chain: [up, nearest, { first: 1 }] }
  drawn: { pools: [eu, us], chain: [up, weighted, { first: 1 }] }
  none: { pools: [gone], chain: [up], allDown: none }
  half: { pools: [four, six], chain: [up], allDown: none }
zones:
  example.com: { file: example.com.zone, steer: { www: web, drawn: drawn, dead: none, half: half }, dnssec: {} }
`;

let server: Server;
beforeAll(async () => {
  server = await startDnsteer({ config: ({ port }) => config(port), files: { 'example.com.zone': ZONE }, zone: 'example.com' });
  const down = ['gone', 'four'].map((name) => `${JSON.stringify({ command: 'pool', arguments: { name, action: 'down' } })}\n`);
  expect(await sendControl(join(server.directory, 'control.sock'), down.join(''))).toMatch(/^(\{"ok":true.*\n){2}$/);
});
afterAll(() => server?.stop());

const NAMES = ['@', 'www', 'alias', 'dead', 'half', 'x.wild', 'x.old', 'x.sub', 'nope', 'ns1'];
const TYPES = ['A', 'AAAA', 'TXT', 'ANY', 'DNSKEY', 'NSEC'];
const QUESTIONS = NAMES.flatMap((name) => TYPES.map((type) => [name === '@' ? 'example.com' : `${name}.example.com`, type] as const));

needing(['dig'], 'beside dig', () => {
  test('the seed of an answer, as Extended DNS Error says it, has explain --live draw the same', async () => {
    for (let i = 0; i < 4; i++) {
      const { answer, edns } = await dig(server, 'drawn.example.com', 'A', '+ednsopt=65023');
      const seed = /seed (\d+)/.exec(edns!.extendedErrors[0]!.text)![1]!;
      const explained = await explain('drawn.example.com', 'A', '--live', '--seed', seed);
      expect(explained).toContain(`\nanswer    ${answer[0]!.rdata} (`);
      expect(explained).toContain(`\nseed      ${seed}: what is drawn hangs on it\n`);
    }
  });

  test('what the running server explains is what it answers, of a signed zone too', async () => {
    const client = '88.198.0.0/24';
    const requests = QUESTIONS.map(([name, type]) => `${JSON.stringify({ command: 'explain', arguments: { name, type, client } })}\n`);
    const replies = (await sendControl(join(server.directory, 'control.sock'), requests.join(''))).trimEnd().split('\n');
    const explained = replies.map((line) => (JSON.parse(line) as { result: Explanation }).result.answer);
    const queries = QUESTIONS.map(([name, type]) => `${name} ${type} +subnet=${client}`);
    for (const [i, reply] of (await digAll(server, queries, '+tcp')).entries()) {
      expect([queries[i], explained[i]]).toEqual([
        queries[i],
        {
          rcode: reply?.rcode,
          records: reply?.answer.map((record) => `${record.name} ${record.ttl} ${record.type} ${record.rdata}`),
          scopePrefix: reply?.edns?.clientSubnet?.scopePrefix,
          extendedErrors: [],
        },
      ]);
    }
  });
});

/** For a client that the database knows. */
async function explain(name: string, type: string, ...args: string[]): Promise<string> {
  const { code, stdout } = await runDnsteer(['explain', name, type, '--client', '88.198.0.0/24', ...args], { cwd: server.directory });
  expect(code).toBe(0);
  return stdout;
}

test.each([[[]], [['--live']]])('which database says where the client is, and that signatures are not shown: %j', async (args) => {
  const explained = await explain('www.example.com', 'A', ...args);
  expect(explained).toMatch(
    /^zone {6}example\.com\. \(signed; its signatures are not shown\)\n[\s\S]*^location {2}DE, EU, .*\n {10}country by the database that ships with dnsteer \(.+, built \d{4}-\d\d-\d\d\)\n\n/m,
  );
  const { locatedBy, isSigned, seed, decision } = JSON.parse(
    await explain('drawn.example.com', 'A', '--json', '--seed', '7', ...args),
  ) as Explanation;
  expect([locatedBy, isSigned, seed]).toEqual([
    [{ type: expect.any(String), built: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), facts: ['country'] }],
    true,
    7,
  ]);
  expect(decision?.trace.map(({ filter, draws }) => [filter, draws?.length])).toEqual([
    ['up', undefined],
    ['weighted', 1],
    ['first', undefined],
  ]);
});

test('ANY of a name whose policy has nothing left is what stands there; of one whose A is denied, its AAAA', async () => {
  expect(await explain('dead.example.com', 'ANY', '--live')).toMatch(
    /^A\n[\s\S]*^AAAA\n[\s\S]*^answer {4}what the zone has\n {10}300 TXT "d"\n/m,
  );
  expect(await explain('half.example.com', 'ANY', '--live')).toMatch(/^A\n[\s\S]*^AAAA\n[\s\S]*^answer {4}2001:db8::6 \(six\/one\)\n/m);
});
