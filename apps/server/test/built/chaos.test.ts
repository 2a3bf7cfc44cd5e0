import { expect, test } from 'vitest';
import { dig, needing, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = '@ 300 SOA ns1 hostmaster 1 3600 600 1209600 300\n@ 300 NS ns1\nns1 300 A 192.0.2.53\n';

const serve = (settings: string) =>
  startDnsteer({
    config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"]${settings} }\nzones: { example.com: { file: example.com.zone } }\n`,
    files: { 'example.com.zone': ZONE },
    zone: 'example.com',
  });

needing(['dig'], 'class CH', () => {
  test('server.chaos: what is configured is told, the rest is REFUSED', async () => {
    const server = await serve(', chaos: { id: fra-1 }');
    try {
      const told = await dig(server, 'id.server', 'TXT', '-c', 'CH');
      expect(told.answer).toEqual([{ name: 'id.server.', ttl: 0, class: 'CH', type: 'TXT', rdata: '"fra-1"' }]);
      expect((await dig(server, 'version.bind', 'TXT', '-c', 'CH')).rcode).toBe('REFUSED');
    } finally {
      await server.stop();
    }
  });

  test('off by default', async () => {
    const server = await serve('');
    try {
      for (const name of ['version.bind', 'version.server', 'id.server', 'hostname.bind'])
        expect((await dig(server, name, 'TXT', '-c', 'CH')).rcode).toBe('REFUSED');
    } finally {
      await server.stop();
    }
  });
});
