import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, needing, recordLines, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
`;
const config = (
  port: number,
  { allow = '127.0.0.0/24', option = '', zone = '', server = '' } = {},
) => `server: { listen: ["127.0.0.1:${port}"], why: { allow: [${allow}]${option} }${server} }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies: { web: { pools: [eu, us], chain: [up, nearest, up, nearest, up, nearest, up, { first: 1 }] } }
zones: { example.com: { file: example.com.zone, steer: { www: web, "*.app": web }, alias: { old: www.example.com }${zone} } }
`;
const startWith = (parts: Parameters<typeof config>[1]) =>
  startDnsteer({ config: ({ port }) => config(port, parts), files: { 'example.com.zone': ZONE }, zone: 'example.com' });

needing(['dig'], 'dig CH TXT why.NAME', () => {
  const servers: Server[] = [];
  beforeAll(async () => {
    for (const allow of ['127.0.0.0/24', '192.0.2.0/24']) servers.push(await startWith({ allow }));
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

  test.each([
    ['why.any.app.example.com', '"answer: '],
    ['why.old.example.com', '"www.example.com. A by web, seed '],
    ['why.ns1.example.com', '"not steered: no policy was asked'],
    ['why.nobody.example.com', '"not steered: there is no such name"'],
  ])('RFC 4592: %s', async (name, text) => {
    expect((await dig(servers[0]!, name, 'TXT', 'CH', '+tcp')).answer[0]?.rdata).toContain(text);
  });

  test('is not there for others, nor in class IN', async () => {
    expect((await dig(servers[1]!, 'why.www.example.com', 'TXT', 'CH')).rcode).toBe('REFUSED');
    expect((await dig(servers[0]!, 'why.www.example.com', 'TXT')).rcode).toBe('NXDOMAIN');
  });
});

needing(['dig'], 'dig +ednsopt=65023', () => {
  describe.each([
    ['unsigned', 'batch'],
    ['signed', 'batch'],
    ['unsigned', 'dgram'],
    ['signed', 'dgram'],
  ])('%s, %s', (signed, driver) => {
    let server: Server;
    beforeAll(async () => {
      server = await startWith({ server: `, udpDriver: ${driver}`, ...(signed === 'signed' && { zone: ', dnssec: {}' }) });
    });
    afterAll(() => server?.stop());

    test.each(['+notcp', '+tcp'])('RFC 8914: the answer as ever, and why it is this one (%s)', async (transport) => {
      for (const [name, subnet, endpoint] of [
        ['www.example.com', '88.198.0.0/24', 'eu/fra1'],
        ['any.app.example.com', '12.0.0.0/24', 'us/iad1'],
        ['old.example.com', '12.0.0.0/24', 'us/iad1'],
      ] as const) {
        const plain = await dig(server, name, 'A', '+dnssec', `+subnet=${subnet}`, transport);
        const told = await dig(server, name, 'A', '+dnssec', `+subnet=${subnet}`, transport, '+ednsopt=65023:00');
        expect(plain.edns?.extendedErrors).toEqual([]);
        expect([told.flags, told.rcode, recordLines(told.answer), told.edns?.clientSubnet]).toEqual([
          plain.flags,
          plain.rcode,
          recordLines(plain.answer),
          plain.edns?.clientSubnet,
        ]);
        expect(told.answer.some(({ type }) => type === 'RRSIG')).toBe(signed === 'signed');
        expect(told.edns?.extendedErrors).toEqual([{ code: 0, text: expect.stringContaining(`A by web: ${endpoint}; ttl `) }]);
      }
    });
  });

  test('RFC 6891 6.1.2: others are told nothing, and another code may be configured', async () => {
    const server = await startWith({ option: ', option: 65111' });
    const errors = async (...args: string[]) => (await dig(server, 'www.example.com', 'A', ...args)).edns?.extendedErrors.length;
    expect([await errors('+ednsopt=65111'), await errors('+ednsopt=65023'), await errors('+ednsopt=65111', '-b', '127.9.0.1')]).toEqual([
      1, 0, 0,
    ]);
    await server.stop();
  });
});
