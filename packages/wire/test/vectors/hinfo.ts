import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'HINFO',
  good: [
    {
      source: 'RFC 1034 6.1',
      text: 'VAX-11/780 UNIX',
      formatted: '"VAX-11/780" "UNIX"',
      hex: '0a5641582d31312f37383004554e4958',
      object: { cpu: 'VAX-11/780', os: 'UNIX' },
    },
    {
      source: 'BIND 9.18',
      text: '"" "a \\"b\\" \\\\"',
      hex: '00076120226222205c',
      object: { cpu: '', os: 'a "b" \\' },
    },
    {
      source: 'BIND 9.18; octets that are not UTF-8 stay octets',
      text: '"\\255" ""',
      hex: '01ff00',
      object: Buffer.from('01ff00', 'hex'),
    },
    {
      source: 'RFC 1035 3.3: a character-string has up to 255 octets',
      text: `"${'x'.repeat(255)}" "o"`,
      hex: `ff${'78'.repeat(255)}016f`,
      object: { cpu: 'x'.repeat(255), os: 'o' },
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'a', tokenIndex: 1 },
    { text: 'a b c', tokenIndex: 2 },
    { text: `${'x'.repeat(256)} b`, tokenIndex: 0 },
    { text: '"a\\25" b', tokenIndex: 0 },
  ],
  badHex: ['', '00', '0161', '01610262', '00000a'],
};
