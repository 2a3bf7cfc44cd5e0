import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, exchangeRawTcp, needing, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { control, queryOctets } from './harness.ts';
import { framed } from './load.ts';

const TYPE_A = 1;
const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
big TXT ${`"${'x'.repeat(200)}" `.repeat(4)}
`;

interface Settings {
  clientSubnet: string;
  allDown: string;
  maxUdpPayload: number;
}

const text = (port: number, { clientSubnet, allDown, maxUdpPayload }: Settings) => `server:
  listen: ["127.0.0.1:${port}"]
  maxUdpPayload: ${maxUdpPayload}
  tcp: { maxConnections: 2, idleTimeout: 400ms, maxQuery: 512 }
geo: { clientSubnet: ${clientSubnet} }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
  maintenance: { endpoints: [{ name: page, addresses: [192.0.2.99] }] }
policies:
  web: { pools: [eu, us], chain: [up, nearest, { first: 1 }], ttl: { min: 7, max: 77 }, allDown: ${allDown} }
zones:
  example.com: { file: example.com.zone, steer: { www: web } }
`;
const AT_FIRST: Settings = { clientSubnet: 'all', allDown: 'all', maxUdpPayload: 600 };

needing(['dig'], 'settings', () => {
  let server: Server;
  let socket: string;
  beforeAll(async () => {
    server = await startDnsteer({
      config: ({ port }) => text(port, AT_FIRST),
      files: { 'example.com.zone': ZONE },
      zone: 'example.com',
    });
    socket = join(server.directory, 'dnsteer.sock');
  });
  afterAll(() => server?.stop());

  async function reloadWith(settings: Partial<Settings>): Promise<void> {
    writeFileSync(join(server.directory, 'dnsteer.yaml'), text(server.port, { ...AT_FIRST, ...settings }));
    await control(socket, 'reload');
  }
  const steered = async (client: string) => {
    const { answer, edns } = await dig(server, 'www.example.com', 'A', `+subnet=${client}`);
    return [answer[0]?.rdata, answer[0]?.ttl, edns?.clientSubnet?.scopePrefix] as const;
  };

  test('server.maxUdpPayload: what is larger is truncated; a reload changes it', async () => {
    expect((await dig(server, 'big.example.com', 'TXT', '+ignore')).flags).toContain('tc');
    expect((await dig(server, 'ns1.example.com', 'A')).edns?.udpPayloadOctets).toBe(600);
    await reloadWith({ maxUdpPayload: 1232 });
    expect((await dig(server, 'big.example.com', 'TXT', '+ignore')).flags).not.toContain('tc');
    expect((await dig(server, 'ns1.example.com', 'A')).edns?.udpPayloadOctets).toBe(1232);
  });

  describe('geo.clientSubnet', () => {
    test('all: everybody', async () => {
      await reloadWith({ clientSubnet: 'all' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('203.0.113.1');
    });
    test('a list: the resolvers in it', async () => {
      await reloadWith({ clientSubnet: '[127.0.0.0/8]' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('203.0.113.1');
      await reloadWith({ clientSubnet: '[192.0.2.0/24, "2001:db8::/32"]' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('198.51.100.1');
    });
    test('none: nobody; the scope is 0, if the option is answered at all', async () => {
      await reloadWith({ clientSubnet: 'none' });
      const [address, , scope] = await steered('12.0.0.0/24');
      expect([address, scope ?? 0]).toEqual(['198.51.100.1', 0]);
    });
  });

  describe('policies.NAME', () => {
    test('ttl.max while nothing can change', async () => {
      await reloadWith({});
      expect((await steered('12.0.0.0/24'))[1]).toBe(77);
    });

    test('allDown: all, none, another pool', async () => {
      for (const name of ['eu', 'us']) await control(socket, 'pool', { name, action: 'down' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('203.0.113.1');
      await reloadWith({ allDown: 'none' });
      const { rcode, answer, authority } = await dig(server, 'www.example.com', 'A', '+subnet=12.0.0.0/24');
      expect([rcode, answer, authority.map(({ type, ttl }) => [type, ttl])]).toEqual(['NOERROR', [], [['SOA', 7]]]);
      await reloadWith({ allDown: '{ pool: maintenance }' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('192.0.2.99');
      for (const name of ['eu', 'us']) await control(socket, 'pool', { name, action: 'up' });
      expect((await steered('12.0.0.0/24'))[0]).toBe('203.0.113.1');
    });
  });

  describe('server.tcp', () => {
    async function connected() {
      const client = connect(server.port, '127.0.0.1');
      client.on('error', () => {});
      await once(client, 'connect');
      const closed = once(client, 'close');
      client.resume();
      return { client, closed };
    }

    test('idleTimeout: a connection without a query is closed', async () => {
      const { client, closed } = await connected();
      await closed;
      expect(client.bytesRead).toBe(0);
    });

    test('maxConnections: one more closes the one that has been idle longest', async () => {
      const [first, second, third] = [await connected(), await connected(), await connected()];
      const winner = await Promise.race([
        first.closed.then(() => 'first'),
        second.closed.then(() => 'second'),
        third.closed.then(() => 'third'),
      ]);
      expect(winner).toBe('first');
      for (const { client } of [second, third]) client.destroy();
    });

    test('maxQuery: a larger query closes its connection, unanswered', async () => {
      const query = queryOctets('ns1.example.com', TYPE_A, 1);
      expect((await exchangeRawTcp(server.port, framed(query))).length).toBeGreaterThan(query.length);
      expect(await exchangeRawTcp(server.port, framed(Buffer.concat([query, Buffer.alloc(600)])))).toHaveLength(0);
    });
  });
});
