import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'MD',
  good: [
    {
      source: 'BIND 9.18',
      text: 'Mail.Example.COM.',
      hex: '044d61696c074578616d706c6503434f4d00',
      object: 'Mail.Example.COM',
    },
    {
      source: 'RFC 1035 3.3.4: any name',
      text: '.',
      hex: '00',
      object: '.',
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a..b.', tokenIndex: 0 },
    { text: 'a. b.', tokenIndex: 1 },
  ],
  badHex: ['', '0161', 'c00c', '0000'],
  canonical: [{ from: '044d61696c00', to: '046d61696c00' }],
};
