import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../src/address.ts';
import { formatSubnet } from '../src/client.ts';
import { parseClientSubnet, SteeringError } from '../src/index.ts';

describe('parseClientSubnet', () => {
  test.each([
    ['81.2.69.0/24', 4, 24, '81.2.69.0/24'],
    ['81.2.69.255', 4, 32, '81.2.69.255/32'],
    ['81.2.69.255/23', 4, 23, '81.2.68.0/23'],
    ['255.255.255.255/0', 4, 0, '0.0.0.0/0'],
    ['2001:db8:ffff::/33', 6, 33, '2001:db8:8000::/33'],
    ['::1', 6, 128, '::1/128'],
    ['::ffff:192.0.2.1/120', 6, 120, '::ffff:c000:200/120'],
  ] as const)('%s', (text, family, prefixLength, masked) => {
    const client = parseClientSubnet(text);
    expect(client).toMatchObject({ family, prefixLength, fromEcs: true });
    expect(client.address).toHaveLength(16);
    expect(formatSubnet(client.address, family, prefixLength)).toBe(masked);
    // Bits past the length are zero in the address itself, too (RFC 7871 6).
    expect(formatAddress(client.address, family)).toBe(masked.slice(0, masked.indexOf('/')));
  });

  test.each([
    '',
    'x',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/2.5',
    '1.2.3.4/8/8',
    '::/129',
    'fe80::1%eth0',
    '1.2.3.4 /8',
  ])('%j is an error', (text) => {
    expect(() => parseClientSubnet(text)).toThrow(SteeringError);
    expect(() => parseClientSubnet(text)).toThrow(/^client: found .*, expected an address, or an address and a prefix length/);
  });
});

describe('addresses', () => {
  test('RFC 5952 4: canonical text', () => {
    const canonical = (text: string) => formatAddress(parseAddress(text)!, 6);
    expect(canonical('2001:0db8:0000:0000:0001:0000:0000:0001')).toBe('2001:db8::1:0:0:1');
    expect(canonical('2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1');
    expect(canonical('0:0:0:0:0:0:0:0')).toBe('::');
    expect(canonical('1:0:0:0:0:0:0:0')).toBe('1::');
    expect(canonical('2001:DB8::A')).toBe('2001:db8::a');
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.array(fc.nat(7)), (octets, zeros) => {
        for (const group of zeros) octets.fill(0, 2 * group, 2 * group + 2);
        const text = formatAddress(octets, 6);
        expect(isIPv6(text)).toBe(true);
        expect(parseAddress(text)).toEqual(octets);
      }),
    );
  });
});
