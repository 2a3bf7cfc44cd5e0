import { createSocket } from 'node:dgram';
import { exchangeTcp, exchangeUdp } from '@dnsteer/transport';
import { decodeMessage, encodeMessage } from '@dnsteer/wire/records';
import { afterEach, describe, expect, test } from 'vitest';
import { DnsApp } from '../src/app.ts';
import { parseListenAddress } from '../src/listen.ts';
import { type Serving, serve } from '../src/serve.ts';
import { zoneText } from '../src/zone-source.ts';
import { lines, newApp, ZONE } from './fixtures.ts';

const open: Serving[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((serving) => serving.close(100)));
});

async function start(app: DnsApp, listen: readonly string[]): Promise<Serving> {
  const serving = await serve(app, { listen });
  open.push(serving);
  return serving;
}

async function ask(at: { host: string; port: number }, name: string, type: string, exchange = exchangeUdp) {
  const packet = encodeMessage({ id: 7, type: 'query', questions: [{ name, type }] });
  return decodeMessage(await exchange(packet, { ...at, timeoutMs: 2000 }));
}

describe('serve', () => {
  test('answers on every address, over UDP and TCP; port 0 becomes the same free one for both', async () => {
    const { app } = newApp();
    const { addresses } = await start(app.zone('example.com', ZONE), ['127.0.0.1:0', '[::1]:0']);
    expect(addresses).toEqual([
      { host: '127.0.0.1', port: expect.any(Number) },
      { host: '::1', port: expect.any(Number) },
    ]);
    for (const address of addresses) {
      expect(address.port).toBeGreaterThan(0);
      for (const exchange of [exchangeUdp, exchangeTcp]) {
        expect(lines((await ask(address, 'static.example.com', 'A', exchange)).answers)).toEqual(['static.example.com 300 A 192.0.2.80']);
      }
    }
  });

  test('close() answers what was received, and lets go of the ports', async () => {
    const { app } = newApp();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    app.on('slow.test', async (c) => {
      asked();
      await gate;
      c.answer({ type: 'A', ttl: 1, data: '192.0.2.1' });
    });
    const serving = await start(app, ['127.0.0.1:0']);
    const [address] = serving.addresses;
    const late = ask(address!, 'slow.test', 'A');
    await arrived;
    const closed = serving.close(2000);
    release();
    expect(lines((await late).answers)).toEqual(['slow.test 1 A 192.0.2.1']);
    await closed;
    const again = await start(newApp().app, [`127.0.0.1:${address!.port}`]);
    expect(again.addresses).toEqual(serving.addresses);
  });

  test('one address that can’t be listened on: an error that says why, and nothing is left listening', async () => {
    const { app } = newApp();
    const taken = await start(app, ['127.0.0.1:0']);
    const { port } = taken.addresses[0]!;
    const probe = await start(newApp().app, ['127.0.0.2:0']);
    const free = probe.addresses[0]!.port;
    await probe.close(0);
    await expect(serve(newApp().app, { listen: [`127.0.0.2:${free}`, `127.0.0.1:${port}`] })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_PORT_IN_USE',
    });
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(free, '127.0.0.2', resolve));
    socket.close();
  });

  test('what the app can’t be made of is an error before anything is listened on', async () => {
    const app = new DnsApp().zone('example.com', ZONE).on('alias.example.com', 'A', () => {});
    await expect(serve(app, { listen: ['127.0.0.1:0'] })).rejects.toMatchObject({ code: 'ERR_ZONE_DYNAMIC_PLACE' });
    await expect(serve(new DnsApp(), { listen: ['localhost:port'] })).rejects.toMatchObject({ code: 'ERR_DNSTEER_LISTEN' });
  });

  test('a zone that is added while it serves is answered from the next packet on', async () => {
    const { app } = newApp();
    const { addresses } = await start(app, ['127.0.0.1:0']);
    expect((await ask(addresses[0]!, 'ns1.example.org', 'A')).rcode).toBe('REFUSED');
    app.zone('example.org', zoneText('$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n'));
    expect((await ask(addresses[0]!, 'ns1.example.org', 'A')).rcode).toBe('NOERROR');
  });
});

describe('parseListenAddress', () => {
  test.each([
    ['127.0.0.1:5300', { host: '127.0.0.1', port: 5300 }],
    ['[::1]:5300', { host: '::1', port: 5300 }],
    ['[::1]', { host: '::1', port: 53 }],
    ['192.0.2.53', { host: '192.0.2.53', port: 53 }],
  ])('%s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  test.each(['', '127.0.0.1:', '127.0.0.1:65536', '::1', '::1:53', '[::1', ':53'])('%s is none', (text) => {
    expect(() => parseListenAddress(text)).toThrow(expect.objectContaining({ code: 'ERR_DNSTEER_LISTEN' }));
  });
});
