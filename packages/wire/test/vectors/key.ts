import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'KEY',
  good: [
    {
      source: 'BIND 9.18',
      text: '256 3 5 AAAA',
      hex: '01000305000000',
      object: Buffer.from('01000305000000', 'hex'),
    },
    {
      source: 'BIND 9.18; RFC 2535 3.1.2: flags that say that there is no key',
      text: '49152 3 5',
      hex: 'c0000305',
      object: Buffer.from('c0000305', 'hex'),
    },
    {
      source: 'BIND 9.18; RFC 2535 7.1: mnemonics',
      text: 'ZONE|SIG1 DNSSEC RSASHA1 AAAA',
      formatted: '257 3 5 AAAA',
      hex: '01010305000000',
      object: Buffer.from('01010305000000', 'hex'),
    },
    {
      source: 'BIND 9.18; RFC 2535 7.1: mnemonics, no key',
      text: 'nokey none 5',
      formatted: '49152 0 5',
      hex: 'c0000005',
      object: Buffer.from('c0000005', 'hex'),
    },
    {
      source: 'BIND 9.18; base64 in words',
      text: '512 255 1 AQ MF',
      formatted: '512 255 1 AQMF',
      hex: '0200ff01010305',
      object: Buffer.from('0200ff01010305', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 3 5 AAAA', tokenIndex: 0 },
    { text: 'ZONE|NOSUCH 3 5 AAAA', tokenIndex: 0 },
    { text: 'ZONE| 3 5 AAAA', tokenIndex: 0, notInBind: 'takes a bar at the end' },
    { text: '256 256 5 AAAA', tokenIndex: 1 },
    { text: '256 3 NOSUCH AAAA', tokenIndex: 2 },
    { text: '256 3 5', tokenIndex: 3 },
    { text: '256 3 5 A', tokenIndex: 3 },
    { text: '49152 3 5 AAAA', tokenIndex: 3 },
  ],
  badHex: ['', '010003', '01000305', 'c00003', 'c000030500'],
};
