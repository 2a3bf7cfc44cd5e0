import { describe, expect, test } from 'vitest';
import { nsid, padding } from '../src/index.ts';
import { ask } from './ask.ts';

const PADDED = '000c 0003 000000';
const tls = { transport: 'tls' } as const;

describe('RFC 7830, RFC 8467', () => {
  test('RFC 8467 4.1: a padded query over TLS gets a multiple of 468 octets', () => {
    expect(ask([padding()], PADDED, tls)).toHaveLength(468);
  });

  test('options that came before are counted, and the client subnet', () => {
    expect(ask([nsid('n'.repeat(128)), padding(100)], `${PADDED} 0003 0000 0008 0007 0001 18 00 c00002`, tls)).toHaveLength(200);
  });

  test('a response that is a multiple already gets an empty option', () => {
    const bare = ask([], PADDED, tls).length;
    const response = ask([padding(bare + 4)], PADDED, tls);
    expect(response).toHaveLength(bare + 4);
    expect(response.toString('hex')).toMatch(/000c0000$/);
  });

  test.each(['udp', 'tcp'] as const)('RFC 7830 6: over %s nothing is padded', (transport) => {
    const response = ask([padding()], PADDED, { transport });
    expect(response).toEqual(ask([], PADDED, { transport }));
  });

  test('RFC 7830 4: a query without the option gets none', () => {
    expect(ask([padding()], '', tls)).toEqual(ask([], '', tls));
  });

  test.each([0, -1, 1.5, 4097])('a block of %d octets is none', (octets) => {
    expect(() => padding(octets)).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_PADDING' }));
  });
});
