import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'TLSA',
  good: [
    {
      source: 'RFC 6698 2.3',
      text: '0 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
      formatted: '0 0 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971',
      hex: '000001d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
      object: {
        usage: 0,
        selector: 0,
        matchingType: 1,
        certificate: Buffer.from('d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971', 'hex'),
      },
    },
    {
      source: 'RFC 6698 2.3: SHA-512, in words',
      text: '1 1 2 92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c 1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc',
      formatted:
        '1 1 2 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4DCA346BAF63C1B177615D466F6C4B71C216A50292BD58C9EBDD2F74E38FE51FFD48C43326CBC',
      hex: '01010292003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc',
      object: {
        usage: 1,
        selector: 1,
        matchingType: 2,
        certificate: Buffer.from(
          '92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc',
          'hex',
        ),
      },
    },
    {
      source: 'BIND 9.18: the whole certificate',
      text: '3 0 0 30820307308201EFA003',
      hex: '03000030820307308201efa003',
      object: { usage: 3, selector: 0, matchingType: 0, certificate: Buffer.from('30820307308201efa003', 'hex') },
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '0 0 1', tokenIndex: 3 },
    { text: '0 0 1 ""', tokenIndex: 3 },
    { text: '0 0 1 abc', tokenIndex: 3 },
    { text: '0 0 1 xy', tokenIndex: 3 },
    { text: '256 0 1 ab', tokenIndex: 0 },
    { text: '0 256 1 ab', tokenIndex: 1 },
    { text: '0 0 256 ab', tokenIndex: 2 },
  ],
  badHex: ['', '0000', '000001'],
};
