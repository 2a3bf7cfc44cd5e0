import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, needing, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = '@ 300 SOA ns1 hostmaster 1 3600 600 1209600 300\n@ 300 NS ns1\nns1 300 A 192.0.2.53\n';

function serve(settings: string): Promise<Server> {
  return startDnsteer({
    config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"], ${settings} }\nzones: { example.com: { file: example.com.zone } }\n`,
    files: { 'example.com.zone': ZONE },
    zone: 'example.com',
  });
}

needing(['dig'], 'EDNS options that the configuration decides', () => {
  let told: Server;
  let silent: Server;
  beforeAll(async () => {
    [told, silent] = await Promise.all([serve('nsid: ns1.fra, tcp: { idleTimeout: 2500ms }'), serve('cookies: false')]);
  });
  afterAll(() => Promise.all([told?.stop(), silent?.stop()]));

  test('server.nsid: told to those who ask', async () => {
    expect((await dig(told, 'example.com', 'SOA', '+nsid')).edns?.nsid).toBe('ns1.fra');
    expect((await dig(told, 'example.com', 'SOA')).edns?.nsid).toBeUndefined();
    expect((await dig(silent, 'example.com', 'SOA', '+nsid')).edns?.nsid).toBeUndefined();
  });

  test('server.cookies: answered, unless they are off', async () => {
    expect((await dig(told, 'example.com', 'SOA')).edns?.cookie).toMatch(/^[0-9a-f]{48}$/);
    const { edns, answer } = await dig(silent, 'example.com', 'SOA');
    expect(edns?.cookie).toBeUndefined();
    expect(answer).toHaveLength(1);
  });

  test('RFC 7828: server.tcp.idleTimeout is told over TCP, and not over UDP', async () => {
    expect((await dig(told, 'example.com', 'SOA', '+keepalive', '+tcp')).text).toMatch(/TCP[ -]KEEPALIVE: 2\.5 secs/i);
    expect((await dig(told, 'example.com', 'SOA', '+keepalive')).text).not.toMatch(/KEEPALIVE: /i);
  });
});
