import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'RP',
  good: [
    {
      source: 'RFC 1183 2.2',
      text: 'louie\\.trantor.umd.edu. LAM1.people.umd.edu.',
      hex: '0d6c6f7569652e7472616e746f7203756d640365647500044c414d310670656f706c6503756d640365647500',
      object: { mbox: 'louie\\.trantor.umd.edu', txt: 'LAM1.people.umd.edu' },
    },
    {
      source: 'RFC 1183 2.2: the root where there is no TXT',
      text: 'a.example. .',
      hex: '0161076578616d706c650000',
      object: { mbox: 'a.example', txt: '.' },
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a.', tokenIndex: 1 },
    { text: 'a. b. c.', tokenIndex: 2 },
    { text: 'a. b..', tokenIndex: 1 },
  ],
  badHex: ['', '00', '0161', '000161', '00c000', '000000'],
  canonical: [{ from: '014100014200', to: '016100016200' }],
};
