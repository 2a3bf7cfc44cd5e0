import type { Vectors } from '../vector.ts';

const signature = 'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==';
const head = '00010d0300000e104c88b1374c63c737d960';
const tail = Buffer.from(signature, 'base64').toString('hex');

export const vectors: Vectors = {
  type: 'RRSIG',
  good: [
    {
      source: 'RFC 6605 6.1',
      text: `A 13 3 3600 20100909100439 20100812100439 55648 example.net. ${signature}`,
      hex: `${head}076578616d706c65036e657400${tail}`,
      object: {
        typeCovered: 'A',
        algorithm: 13,
        labels: 3,
        originalTTL: 3600,
        expiration: 1284026679,
        inception: 1281607479,
        keyTag: 55648,
        signersName: 'example.net',
        signature: Buffer.from(signature, 'base64'),
      },
    },
    {
      source: 'RFC 4034 3.2: seconds since 1970, and a type by number',
      text: 'TYPE65280 8 0 0 2147483647 0 0 . AA==',
      formatted: 'TYPE65280 8 0 0 20380119031407 19700101000000 0 . AA==',
      hex: 'ff000800000000007fffffff0000000000000000',
      object: {
        typeCovered: 'TYPE65280',
        algorithm: 8,
        labels: 0,
        originalTTL: 0,
        expiration: 2147483647,
        inception: 0,
        keyTag: 0,
        signersName: '.',
        signature: Buffer.from([0]),
      },
    },
  ],
  badText: [
    { text: `NOSUCHTYPE 13 3 3600 20100909100439 20100812100439 55648 example.net. ${signature}`, tokenIndex: 0 },
    { text: `A 13 3 3600 20100231100439 20100812100439 55648 example.net. ${signature}`, tokenIndex: 4 },
    { text: `A 13 3 3600 20101301000000 20100812100439 55648 example.net. ${signature}`, tokenIndex: 4 },
    { text: `A 13 3 3600 20100909240000 20100812100439 55648 example.net. ${signature}`, tokenIndex: 4 },
    { text: `A 13 3 3600 19691231235959 20100812100439 55648 example.net. ${signature}`, tokenIndex: 4, notInBind: 'counts modulo 2^32' },
    { text: `A 13 3 3600 20100909100439 4294967296 55648 example.net. ${signature}`, tokenIndex: 5 },
    { text: 'A 13 3 3600 20100909100439 20100812100439 55648 example.net.', tokenIndex: 8 },
  ],
  badHex: ['', head, `${head}0161`, `${head}c00c00`],
  // RFC 6840 5.1: the signer's name is in lower case, other than the next name of NSEC.
  canonical: [{ from: `${head}0741${'42'.repeat(6)}00aa`, to: `${head}0761${'62'.repeat(6)}00aa` }],
};
