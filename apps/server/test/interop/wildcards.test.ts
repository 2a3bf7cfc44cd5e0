import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  delv,
  dig,
  needing,
  recordLines,
  runDnsteer,
  type Server,
  startDnsteer,
  type TrustAnchor,
} from '../../../../tooling/testkit/index.ts';

const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
own.app A 192.0.2.77
x.ent.app A 192.0.2.78
`;
const config = (port: number) => `server: { listen: ["127.0.0.1:${port}"] }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies: { web: { pools: [eu, us], chain: [up, nearest, { first: 1 }] } }
zones: { example.com: { file: example.com.zone, steer: { "*.app": web }, dnssec: {} } }
`;

needing(['dig', 'delv'], 'a steered wildcard (RFC 4592)', () => {
  let server: Server;
  let anchor: TrustAnchor;
  beforeAll(async () => {
    server = await startDnsteer({ config: ({ port }) => config(port), files: { 'example.com.zone': ZONE }, zone: 'example.com' });
    const { stdout } = await runDnsteer(['keys', 'ds', 'example.com'], { cwd: server.directory });
    anchor = { zone: 'example.com', ds: /\sDS\s+(.+)/.exec(stdout)![1]! };
  });
  afterAll(() => server?.stop());

  test.each([
    ['a.app.example.com', '88.198.0.0/24', '198.51.100.1', 1],
    ['a.app.example.com', '12.0.0.0/24', '203.0.113.1', 0],
    ['deep.below.app.example.com', '88.198.0.0/24', '198.51.100.1', 1],
    ['*.app.example.com', '88.198.0.0/24', '198.51.100.1', 1],
  ])('RFC 4592 3.3.1: %s for %s', async (name, subnet, address, leastScope) => {
    const { answer, edns } = await dig(server, name, 'A', `+subnet=${subnet}`);
    expect(recordLines(answer)).toEqual([`${name}. A ${address}`]);
    expect(edns?.clientSubnet?.scopePrefix).toBeGreaterThanOrEqual(leastScope);
  });

  test.each([
    ['RFC 4592 2.2.1: a name that is there', 'own.app.example.com', ['own.app.example.com. A 192.0.2.77'], 'NOERROR'],
    ['RFC 4592 2.2.1: below a name that is there', 'x.own.app.example.com', [], 'NXDOMAIN'],
    ['RFC 4592 2.2.2: an empty non-terminal', 'ent.app.example.com', [], 'NOERROR'],
    ['RFC 4592 4.4: the name above the wildcard', 'app.example.com', [], 'NOERROR'],
  ])('%s is not of the wildcard', async (_, name, lines, rcode) => {
    const reply = await dig(server, name, 'A');
    expect([recordLines(reply.answer), reply.rcode]).toEqual([lines, rcode]);
  });

  test.each([
    ['a.app.example.com', 'A', 'fully validated'],
    ['b.c.app.example.com', 'A', 'fully validated'],
    ['*.app.example.com', 'A', 'fully validated'],
    ['a.app.example.com', 'AAAA', 'negative response, fully validated'],
    ['a.app.example.com', 'MX', 'negative response, fully validated'],
    ['x.own.app.example.com', 'A', 'negative response, fully validated'],
  ])('delv: %s %s: %s', async (name, type, verdict) => {
    expect((await delv(server, anchor, name, type)).status).toBe(verdict);
  });
});
