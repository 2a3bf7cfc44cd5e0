import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, needing, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
`;
const config = (port: number, allow: string) => `server: { listen: ["127.0.0.1:${port}"], why: { allow: [${allow}] } }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies: { web: { pools: [eu, us], chain: [up, nearest, up, nearest, up, nearest, up, { first: 1 }] } }
zones: { example.com: { file: example.com.zone, steer: { www: web } } }
`;

needing(['dig'], 'dig CH TXT why.NAME', () => {
  const servers: Server[] = [];
  beforeAll(async () => {
    for (const allow of ['127.0.0.0/8', '192.0.2.0/24'])
      servers.push(
        await startDnsteer({ config: ({ port }) => config(port, allow), files: { 'example.com.zone': ZONE }, zone: 'example.com' }),
      );
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('tells an allowed client the reasons of the answer that it gets', async () => {
    for (const [subnet, address] of [
      ['88.198.0.0/24', '198.51.100.1 (eu/fra1)'],
      ['12.0.0.0/24', '203.0.113.1 (us/iad1)'],
    ] as const) {
      const { answer, rcode } = await dig(servers[0]!, 'why.www.example.com', 'TXT', 'CH', `+subnet=${subnet}`);
      expect([rcode, answer.length, answer[0]?.ttl]).toEqual(['NOERROR', 1, 0]);
      expect(answer[0]?.rdata).toContain(`"answer: ${address}"`);
      expect(answer[0]?.rdata).toContain('"nearest: from ');
      expect((await dig(servers[0]!, 'www.example.com', 'A', `+subnet=${subnet}`)).answer[0]?.rdata).toBe(address.split(' ')[0]);
    }
  });

  test('what does not fit over UDP comes over TCP', async () => {
    const { flags } = await dig(servers[0]!, 'why.www.example.com', 'TXT', 'CH', '+noedns', '+ignore');
    expect(flags).toContain('tc');
    expect((await dig(servers[0]!, 'why.www.example.com', 'TXT', 'CH', '+noedns')).answer).toHaveLength(1);
  });

  test('is not there for others, nor in class IN', async () => {
    expect((await dig(servers[1]!, 'why.www.example.com', 'TXT', 'CH')).rcode).toBe('REFUSED');
    expect((await dig(servers[0]!, 'why.www.example.com', 'TXT')).rcode).toBe('NXDOMAIN');
  });
});
