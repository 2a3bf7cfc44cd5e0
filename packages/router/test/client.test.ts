import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PeerFacts, readAddress, readClient } from '../src/client.ts';
import { Exchange } from '../src/exchange.ts';
import { addressText } from '../src/request.ts';

const octets = new Uint8Array(16);
const read = (text: string): string => {
  octets.fill(0xaa);
  const family = readAddress(text, octets);
  return `${family} ${Buffer.from(octets.subarray(0, family === 4 ? 4 : 16)).toString('hex')}`;
};

describe('readAddress', () => {
  test.each([
    ['192.0.2.1', '4 c0000201'],
    ['0.0.0.0', '4 00000000'],
    ['255.255.255.255', '4 ffffffff'],
    ['2001:db8:1:2:3:4:5:6', '6 20010db8000100020003000400050006'],
    ['2001:DB8::AbCd', '6 20010db800000000000000000000abcd'],
    ['::', '6 00000000000000000000000000000000'],
    ['::1', '6 00000000000000000000000000000001'],
    ['1::', '6 00010000000000000000000000000000'],
    ['1:2:3:4:5:6:7::', '6 00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '6 00000002000300040005000600070008'],
    ['1:0:0:4::8', '6 00010000000000040000000000000008'],
    ['64:ff9b::192.0.2.33', '6 0064ff9b0000000000000000c0000221'],
    ['1:2:3:4:5:6:192.0.2.33', '6 000100020003000400050006c0000221'],
    ['::192.0.2.33', '6 000000000000000000000000c0000221'],
  ])('RFC 4291 2.2: %s', (text, expected) => expect(read(text)).toBe(expected));

  test.each(['::ffff:192.0.2.1', '::FFFF:192.0.2.1', '0:0:0:0:0:ffff:192.0.2.1', '::ffff:c000:201', '::ffff:192.0.2.1%eth0'])(
    'RFC 4291 2.5.5.2: %s is mapped, and counts as IPv4',
    (text) => expect(read(text)).toBe('4 c0000201'),
  );

  test.each(['::ffff:0:192.0.2.1', '::fffe:192.0.2.1', '1::ffff:192.0.2.1'])('%s is not mapped', (text) =>
    expect(read(text)).toMatch(/^6/),
  );

  test('RFC 4007 11: a zone index is not part of the address', () => {
    expect(read('fe80::1%eth0')).toBe('6 fe800000000000000000000000000001');
    expect(read('fe80::%25')).toBe('6 fe800000000000000000000000000000');
  });

  test('octets that an IPv4 address does not use are 0', () => {
    octets.fill(0xaa);
    readAddress('192.0.2.1', octets);
    expect([...octets.subarray(4)]).toEqual(new Array(12).fill(0));
    octets.fill(0xaa);
    readAddress('::ffff:192.0.2.1', octets);
    expect([...octets.subarray(4)]).toEqual(new Array(12).fill(0));
  });

  test.each([
    ['', 'localhost', '1.2.3', '1.2.3.4.5', '1..2.3', '1.2.3.', '256.1.1.1', '1.2.3.0004', '01.2.3.4', ' 1.2.3.4'],
    [
      ':',
      ':1',
      '1:',
      '1:2',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::12345',
      '::g',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::1.2.3',
      '::1.2.3.4:5',
    ],
  ])('text that is no address reads as 0.0.0.0', (...texts) => {
    for (const text of texts) {
      expect(isIP(text)).toBe(0);
      expect(`${text} ${read(text)}`).toBe(`${text} 4 00000000`);
    }
  });

  test('whatever Node takes for an address is read, and nothing else', () => {
    const piece = fc.constantFrom('0', '1', 'ff', 'ffff', 'FFFE', '10000', ':', '::', '.', '1.2.3.4', '255', '256', 'x');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const family = readAddress(text, octets);
          const version = isIP(text);
          if (version === 0) expect(`${family} ${[...octets]}`).toBe(`4 ${new Array(16).fill(0)}`);
          else if (version === 4) expect(addressText(octets, family)).toBe(text);
          else {
            // A URL has IPv6 addresses as RFC 5952 asks, and never with dots.
            const { hostname } = new URL(`http://[${text}]/`);
            const groups = [0, 2].map((at) => ((octets[at]! << 8) | octets[at + 1]!).toString(16));
            expect(`[${family === 4 ? `::ffff:${groups.join(':')}` : addressText(octets, 6)}]`).toBe(hostname);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('whom an answer is for', () => {
  const peer: PeerFacts = { address: '198.51.100.7', port: 1, family: 4, transport: 'udp' };

  function clientOf(ecs: { family: number; source: number; address: readonly number[] } | undefined, from: Partial<PeerFacts> = {}) {
    const { query } = new Exchange();
    if (ecs) {
      query.hasClientSubnet = true;
      query.ecsFamily = ecs.family;
      query.ecsSourcePrefix = ecs.source;
      query.ecsAddress.set(ecs.address);
    }
    const client = { address: new Uint8Array(16).fill(0xaa), family: 4 as 4 | 6, prefixLength: 0, fromEcs: false };
    readClient(query, { ...peer, ...from }, client);
    return { ...client, address: addressText(client.address, client.family) };
  }

  test('RFC 7871 7.1.1: the ECS prefix, in its family', () => {
    expect(clientOf({ family: 1, source: 24, address: [192, 0, 2] })).toEqual({
      address: '192.0.2.0',
      family: 4,
      prefixLength: 24,
      fromEcs: true,
    });
    expect(clientOf({ family: 2, source: 56, address: [0x20, 1, 0x0d, 0xb8] })).toEqual({
      address: '2001:db8::',
      family: 6,
      prefixLength: 56,
      fromEcs: true,
    });
  });

  test('the source address without ECS, all of its bits', () => {
    expect(clientOf(undefined)).toEqual({ address: '198.51.100.7', family: 4, prefixLength: 32, fromEcs: false });
    expect(clientOf(undefined, { address: '2001:db8::7', family: 6 })).toEqual({
      address: '2001:db8::7',
      family: 6,
      prefixLength: 128,
      fromEcs: false,
    });
    expect(clientOf(undefined, { address: '::ffff:198.51.100.7', family: 6 })).toMatchObject({
      address: '198.51.100.7',
      family: 4,
      prefixLength: 32,
    });
  });

  test('RFC 7871 7.1.2: SOURCE 0 says nothing of the client, so the source address stands in', () => {
    expect(clientOf({ family: 1, source: 0, address: [] })).toMatchObject({ address: '198.51.100.7', fromEcs: false });
    expect(clientOf({ family: 0, source: 0, address: [] })).toMatchObject({ address: '198.51.100.7', fromEcs: false });
  });
});
