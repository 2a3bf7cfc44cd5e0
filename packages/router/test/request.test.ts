import { encodeMessage } from '@dnsteer/wire/records';
import { describe, expect, test } from 'vitest';
import { DnsApp, type Request } from '../src/index.ts';
import { addressText } from '../src/request.ts';

const text = (...groups: readonly number[]) => addressText(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])), 6);

describe('text of an address', () => {
  test('IPv4: four octets', () => {
    expect(addressText(Uint8Array.of(192, 0, 2, 255), 4)).toBe('192.0.2.255');
  });

  test('RFC 5952 4.1, 4.3: no leading zeros, lower case', () => {
    expect(text(0x2001, 0x0db8, 0xaaaa, 1, 2, 3, 4, 5)).toBe('2001:db8:aaaa:1:2:3:4:5');
  });

  test('RFC 5952 4.2.1: "::" stands for as much as possible', () => {
    expect(text(0x2001, 0xdb8, 0, 0, 0, 0, 2, 1)).toBe('2001:db8::2:1');
    expect(text(0, 0, 0, 0, 0, 0, 0, 0)).toBe('::');
    expect(text(0, 0, 0, 0, 0, 0, 0, 1)).toBe('::1');
    expect(text(1, 0, 0, 0, 0, 0, 0, 0)).toBe('1::');
  });

  test('RFC 5952 4.2.2: one group of zeros is not shortened', () => {
    expect(text(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1)).toBe('2001:db8:0:1:1:1:1:1');
    expect(text(0, 1, 1, 1, 1, 1, 1, 0)).toBe('0:1:1:1:1:1:1:0');
  });

  test('RFC 5952 4.2.3: the longest run, of equals the first', () => {
    expect(text(0x2001, 0, 0, 1, 0, 0, 0, 1)).toBe('2001:0:0:1::1');
    expect(text(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1)).toBe('2001:db8::1:0:0:1');
    expect(text(0, 0, 1, 0, 0, 0, 0, 0x10)).toBe('0:0:1::10');
  });
});

describe('a query as a handler sees it', () => {
  async function seen(query: Parameters<typeof encodeMessage>[0], peer = {}) {
    let facts: unknown;
    const app = new DnsApp().on('*', ({ req }) => {
      const { name, type, class: rclass, remoteAddress, remotePort, transport, client, dnssecOk, edns } = req;
      facts = { name, type, rclass, remoteAddress, remotePort, transport, client, dnssecOk, edns };
    });
    const packet = encodeMessage({ type: 'query', ...query });
    await app.respond(
      packet,
      packet.length,
      { address: '2001:db8::7', port: 4000, family: 6, transport: 'tcp', ...peer },
      new Uint8Array(65535),
    );
    return facts as Pick<Request, 'name' | 'type'>;
  }

  test('without EDNS', async () => {
    expect(await seen({ questions: [{ name: 'WWW.Example', type: 'TYPE65280' }] })).toEqual({
      name: 'www.example.',
      type: 'TYPE65280',
      rclass: 'IN',
      remoteAddress: '2001:db8::7',
      remotePort: 4000,
      transport: 'tcp',
      client: { address: '2001:db8::7', prefixLength: 128, source: 'address' },
      dnssecOk: false,
      edns: undefined,
    });
  });

  test('with EDNS and a client subnet', async () => {
    const options = [{ code: 8, ip: '81.2.69.0', sourcePrefixLength: 24 }];
    const additionals = [{ name: '.', type: 'OPT' as const, udpPayloadSize: 4096, flags: 0x8000, options }];
    expect(await seen({ questions: [{ name: '.', type: 'ANY' }], additionals }, { transport: 'udp' })).toMatchObject({
      name: '.',
      type: 'ANY',
      transport: 'udp',
      client: { address: '81.2.69.0', prefixLength: 24, source: 'ecs' },
      dnssecOk: true,
      edns: { version: 0, udpPayloadOctets: 4096 },
    });
  });

  test('RFC 1035 5.1: octets of a label that mean something in text are escaped', async () => {
    expect((await seen({ questions: [{ name: 'a\\.b\\032c\\255.example', type: 'A' }] })).name).toBe('a\\.b\\032c\\255.example.');
  });
});
