import { describe, expect, test } from 'vitest';
import { DnsApp, parseSubnet } from '../src/index.ts';

describe('parseSubnet', () => {
  test.each([
    ['192.0.2.0/24', 4, 24, ['192.0.2.0', '192.0.2.255', '::ffff:192.0.2.7'], ['192.0.1.255', '192.0.3.0', '2001:db8::']],
    ['192.0.2.128/25', 4, 25, ['192.0.2.128', '192.0.2.255'], ['192.0.2.127']],
    ['192.0.2.9', 4, 32, ['192.0.2.9'], ['192.0.2.8', '::192.0.2.9']],
    ['0.0.0.0/0', 4, 0, ['203.0.113.1'], ['::1']],
    ['10.0.0.0/7', 4, 7, ['11.255.0.1'], ['12.0.0.0', '9.0.0.0']],
    ['2001:db8::/33', 6, 33, ['2001:db8:7fff::1'], ['2001:db8:8000::', '192.0.2.1']],
    ['2001:db8::1', 6, 128, ['2001:db8::1', '2001:DB8:0::1'], ['2001:db8::2']],
    ['::/0', 6, 0, ['2001:db8::', 'fe80::1%eth0'], ['192.0.2.1', '::ffff:192.0.2.1']],
  ] as const)('%s', (text, family, prefixLength, inside, outside) => {
    const subnet = parseSubnet(text);
    expect(subnet).toMatchObject({ address: text.split('/')[0], family, prefixLength });
    expect(inside.filter((address) => !subnet.contains(address))).toEqual([]);
    expect(outside.filter((address) => subnet.contains(address))).toEqual([]);
  });

  test('RFC 4291 2.5.5.2: a prefix of mapped addresses is one of IPv4', () => {
    const subnet = parseSubnet('::ffff:192.0.2.0/120');
    expect(subnet).toMatchObject({ address: '192.0.2.0', family: 4, prefixLength: 24 });
    expect(subnet.contains('192.0.2.77')).toBe(true);
    expect(subnet.contains('192.0.3.77')).toBe(false);
    expect(parseSubnet('::ffff:192.0.2.1')).toMatchObject({ address: '192.0.2.1', prefixLength: 32 });
  });

  test.each([
    '',
    '/24',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/8/8',
    '192.0.2.0/1e1',
    '192.0.2/24',
    '2001:db8::/129',
    '::ffff:192.0.2.0/95',
    'x/8',
    '192.0.2.0 /24',
  ])('%s is an error that says what was expected', (text) => {
    expect(() => parseSubnet(text)).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTER_CLIENT', message: expect.stringContaining(JSON.stringify(text)) }),
    );
  });
});

describe('app.query({ client })', () => {
  async function clientOf(client: string) {
    let seen: unknown;
    const app = new DnsApp().on('*', (c) => {
      seen = { ...c.req.client };
    });
    await app.query('x.test', 'A', { client });
    return seen;
  }

  test('RFC 7871 6: a prefix becomes ECS, bits behind it zero', async () => {
    expect(await clientOf('192.0.2.77/24')).toEqual({ address: '192.0.2.0', prefixLength: 24, source: 'ecs' });
    expect(await clientOf('2001:db8:1:2::7/49')).toEqual({ address: '2001:db8:1::', prefixLength: 49, source: 'ecs' });
    expect(await clientOf('::ffff:192.0.2.77/120')).toEqual({ address: '192.0.2.0', prefixLength: 24, source: 'ecs' });
  });

  test('an address becomes the source address', async () => {
    expect(await clientOf('192.0.2.77')).toEqual({ address: '192.0.2.77', prefixLength: 32, source: 'address' });
    expect(await clientOf('2001:db8::7')).toEqual({ address: '2001:db8::7', prefixLength: 128, source: 'address' });
  });

  test('what is neither is an error', async () => {
    await expect(clientOf('nowhere')).rejects.toMatchObject({ code: 'ERR_ROUTER_CLIENT' });
  });
});
