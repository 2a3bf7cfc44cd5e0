import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'AAAA',
  good: [
    {
      source: 'RFC 5952 2: zeros shortened',
      text: '2001:0db8:0:0:0000:0:2:0001',
      formatted: '2001:db8::2:1',
      hex: '20010db8000000000000000000020001',
      object: '2001:db8::2:1',
    },
    {
      source: 'RFC 5952 4.2.2: one 16-bit group is not shortened',
      text: '2001:db8:0:1:1:1:1:1',
      hex: '20010db8000000010001000100010001',
      object: '2001:db8:0:1:1:1:1:1',
    },
    {
      source: 'RFC 5952 4.2.3: the longest run, and the first of two',
      text: '2001:db8:0:0:1:0:0:1',
      formatted: '2001:db8::1:0:0:1',
      hex: '20010db8000000000001000000000001',
      object: '2001:db8::1:0:0:1',
    },
    { source: 'RFC 4291 2.2', text: '::', hex: '00000000000000000000000000000000', object: '::' },
    { source: 'RFC 4291 2.2', text: '::1', hex: '00000000000000000000000000000001', object: '::1' },
    { source: 'RFC 4291 2.2', text: '1::', hex: '00010000000000000000000000000000', object: '1::' },
    {
      source: 'BIND 9.18',
      text: '::FFFF:192.0.2.1',
      formatted: '::ffff:192.0.2.1',
      hex: '00000000000000000000ffffc0000201',
      object: '::ffff:192.0.2.1',
    },
    {
      source: 'RFC 6052 2.4',
      text: '64:ff9b::192.0.2.33',
      formatted: '64:ff9b::c000:221',
      hex: '0064ff9b0000000000000000c0000221',
      object: '64:ff9b::c000:221',
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '192.0.2.1', tokenIndex: 0 },
    { text: '1:2:3:4:5:6:7', tokenIndex: 0 },
    { text: '1:2:3:4:5:6:7:8:9', tokenIndex: 0 },
    { text: '1:2:3:4:5:6:7::8', tokenIndex: 0 },
    { text: '1::2::3', tokenIndex: 0 },
    { text: ':1:2:3:4:5:6:7', tokenIndex: 0 },
    { text: '12345::', tokenIndex: 0 },
    { text: 'fe80::1%eth0', tokenIndex: 0 },
    { text: '::1.2.3', tokenIndex: 0 },
    { text: '1.2.3.4::', tokenIndex: 0 },
  ],
  badHex: ['', '00'.repeat(15), '00'.repeat(17)],
};
