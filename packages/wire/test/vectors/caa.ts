import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'CAA',
  good: [
    {
      source: 'BIND 9.18',
      text: '128 issue "letsencrypt.org; x=\\"y\\""',
      hex: '800569737375656c657473656e63727970742e6f72673b20783d227922',
      object: { flags: 128, issuerCritical: true, tag: 'issue', value: 'letsencrypt.org; x="y"' },
    },
    {
      source: 'RFC 8659 4.2: no issuer',
      text: '0 issue ";"',
      hex: '000569737375653b',
      object: { flags: 0, issuerCritical: false, tag: 'issue', value: ';' },
    },
    {
      source: 'RFC 8659 4.1: an empty value',
      text: '0 issue ""',
      hex: '00056973737565',
      object: { flags: 0, issuerCritical: false, tag: 'issue', value: '' },
    },
    {
      source: 'RFC 8659 4.1.1: the value is as long as RDATA lets it be',
      text: `0 iodef "${'x'.repeat(300)}"`,
      hex: `0005696f646566${'78'.repeat(300)}`,
      object: { flags: 0, issuerCritical: false, tag: 'iodef', value: 'x'.repeat(300) },
    },
    {
      source: 'a value that is not UTF-8 stays octets',
      text: '0 issue "\\255"',
      hex: '00056973737565ff',
      object: Buffer.from('00056973737565ff', 'hex'),
    },
  ],
  badText: [
    { text: '256 issue "a"', tokenIndex: 0 },
    { text: '0 is-sue "a"', tokenIndex: 1 },
    { text: '0 "" "a"', tokenIndex: 1 },
    { text: '0 issue', tokenIndex: 2 },
    { text: '0 issue a b', tokenIndex: 3 },
  ],
  // A tag cut short, an empty one, and one of other octets than letters and digits (RFC 8659 4.1).
  badHex: ['', '00', '000569', '0000', '000078', '0003612d6278', '0001ff'],
};
