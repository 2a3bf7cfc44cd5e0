import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'MX',
  good: [
    {
      source: 'BIND 9.18',
      text: '10 Mail.Example.COM.',
      hex: '000a044d61696c074578616d706c6503434f4d00',
      object: { preference: 10, exchange: 'Mail.Example.COM' },
    },
    { source: 'RFC 7505 3: null MX', text: '0 .', hex: '000000', object: { preference: 0, exchange: '.' } },
    { source: 'RFC 1035 3.3.9', text: '65535 a.', hex: 'ffff016100', object: { preference: 65535, exchange: 'a' } },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 a.', tokenIndex: 0 },
    { text: 'a. 10', tokenIndex: 0 },
    { text: '10', tokenIndex: 1 },
    { text: '10 a. b.', tokenIndex: 2 },
  ],
  badHex: ['', '00', '000a', '000a0161', '000ac00c', '000a00ff'],
  canonical: [{ from: '000a044d61696c00', to: '000a046d61696c00' }],
};
