import type { Vectors } from '../vector.ts';

const key = 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==';

export const vectors: Vectors = {
  type: 'DNSKEY',
  good: [
    {
      source: 'RFC 6605 6.1',
      text: `257 3 13 ${key.slice(0, 44)} ${key.slice(44)}`,
      formatted: `257 3 13 ${key}`,
      hex: '0101030d1a88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1e9e75b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d00',
      object: { flags: 257, algorithm: 13, key: Buffer.from(key, 'base64') },
    },
    {
      source: 'RFC 8080 6.1',
      text: '257 3 ED25519 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
      formatted: '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
      hex: '0101030f974d96a22d224bc01adb915091477d44ccd91c9a41a11430010117d52c59240e',
      object: { flags: 257, algorithm: 15, key: Buffer.from('l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=', 'base64') },
    },
    {
      source: 'a protocol other than 3 stays octets',
      text: '256 4 13 AAAA',
      hex: '0100040d000000',
      object: Buffer.from('0100040d000000', 'hex'),
    },
  ],
  badText: [
    { text: '257 3 13', tokenIndex: 3 },
    { text: '257 3 13 AAA', tokenIndex: 3 },
    { text: '257 3 13 AA?A', tokenIndex: 3 },
    { text: '257 256 13 AAAA', tokenIndex: 1 },
  ],
  badHex: ['', '010103', '0101030d'],
};
