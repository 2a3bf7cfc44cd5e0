import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'A',
  good: [
    { source: 'RFC 1035 3.4.1', text: '192.0.2.1', hex: 'c0000201', object: '192.0.2.1' },
    { source: 'RFC 1035 3.4.1', text: '0.0.0.0', hex: '00000000', object: '0.0.0.0' },
    { source: 'BIND 9.18', text: '255.255.255.255', hex: 'ffffffff', object: '255.255.255.255' },
    { source: 'RFC 3597 5', text: '\\# 4 0A000001', formatted: '10.0.0.1', hex: '0a000001', object: '10.0.0.1' },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '192.0.2', tokenIndex: 0 },
    { text: '192.0.2.256', tokenIndex: 0 },
    { text: '192.0.2.01', tokenIndex: 0 },
    { text: '192.0.2.1.', tokenIndex: 0 },
    { text: '2001:db8::1', tokenIndex: 0 },
    { text: '192.0.2.1 192.0.2.2', tokenIndex: 1 },
    { text: '\\# 3 0A0000', tokenIndex: 2 },
  ],
  badHex: ['', 'c00002', 'c000020100'],
};
