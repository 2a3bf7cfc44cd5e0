import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'CERT',
  good: [
    {
      source: 'BIND 9.18; RFC 4398 2.2: mnemonics',
      text: 'PKIX 1 RSASHA1 AAAA',
      formatted: '1 1 5 AAAA',
      hex: '0001000105000000',
      object: Buffer.from('0001000105000000', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '65280 65535 0 AAAA',
      hex: 'ff00ffff00000000',
      object: Buffer.from('ff00ffff00000000', 'hex'),
    },
    {
      source: 'BIND 9.18; base64 in words',
      text: 'pgp 0 0 AA AA',
      formatted: '3 0 0 AAAA',
      hex: '0003000000000000',
      object: Buffer.from('0003000000000000', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: 'URI 0 0 AAAA',
      formatted: '253 0 0 AAAA',
      hex: '00fd000000000000',
      object: Buffer.from('00fd000000000000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 0 0 AAAA', tokenIndex: 0 },
    { text: 'NOSUCH 0 0 AAAA', tokenIndex: 0 },
    { text: '1 65536 0 AAAA', tokenIndex: 1 },
    { text: '1 0 256 AAAA', tokenIndex: 2 },
    { text: '1 0 0', tokenIndex: 3 },
    { text: '1 0 0 A', tokenIndex: 3 },
  ],
  badHex: ['', '00010000', '0001000000'],
};
