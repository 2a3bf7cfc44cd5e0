import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'SIG',
  good: [
    {
      source: 'BIND 9.18',
      text: 'A 5 3 300 20380119031407 20000101000000 2143 foo.nil. AAAA',
      hex: '000105030000012c7fffffff386d4380085f03666f6f036e696c00000000',
      object: {
        typeCovered: 'A',
        algorithm: 5,
        labels: 3,
        originalTTL: 300,
        expiration: 2147483647,
        inception: 946684800,
        keyTag: 2143,
        signersName: 'foo.nil',
        signature: Buffer.from([0, 0, 0]),
      },
    },
    {
      source: 'BIND 9.18; RFC 2931 3: SIG(0) covers no type',
      text: 'TYPE0 15 0 0 20380119031407 20000101000000 1 key.example. AA==',
      hex: '00000f00000000007fffffff386d43800001036b6579076578616d706c650000',
      object: {
        typeCovered: 'TYPE0',
        algorithm: 15,
        labels: 0,
        originalTTL: 0,
        expiration: 2147483647,
        inception: 946684800,
        keyTag: 1,
        signersName: 'key.example',
        signature: Buffer.from([0]),
      },
    },
  ],
  badText: [
    { text: 'NOSUCHTYPE 5 3 300 20380119031407 20000101000000 2143 foo.nil. AAAA', tokenIndex: 0 },
    { text: 'A 5 3 300 20380230000000 20000101000000 2143 foo.nil. AAAA', tokenIndex: 4 },
    { text: 'A 5 3 300 20380119031407 20000101000000 2143 foo.nil.', tokenIndex: 8 },
  ],
  badHex: [
    '',
    '000105030000012c7fffffff386d4380085f',
    '000105030000012c7fffffff386d4380085f0161',
    '000105030000012c7fffffff386d4380085f00',
    '000105030000012c7fffffff386d4380085fc00c00',
  ],
  canonical: [{ from: '000105030000012c7fffffff386d4380085f014100aa', to: '000105030000012c7fffffff386d4380085f016100aa' }],
};
