import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'NSEC',
  good: [
    {
      source: 'RFC 4034 4.3',
      text: 'host.example.com. A MX RRSIG NSEC TYPE1234',
      hex: '04686f7374076578616d706c6503636f6d000006400100000003041b000000000000000000000000000000000000000000000000000020',
      object: { nextDomain: 'host.example.com', rrtypes: ['A', 'MX', 'RRSIG', 'NSEC', 'TYPE1234'] },
    },
    {
      source: 'RFC 9824 3.1: \\000 as the least label',
      text: '\\000.a.example. RRSIG NSEC NXNAME',
      hex: '01000161076578616d706c650000110000000000030000000000000000000080',
      object: { nextDomain: '\\000.a.example', rrtypes: ['RRSIG', 'NSEC', 'NXNAME'] },
      notInBind: 'NXNAME is newer than 9.18',
    },
    {
      source: 'RFC 4034 4.2: types in any order, and twice',
      text: 'A.example. CAA AAAA A AAAA',
      formatted: 'A.example. A AAAA CAA',
      hex: '0141076578616d706c65000004400000080101 40'.replace(' ', ''),
      object: { nextDomain: 'A.example', rrtypes: ['A', 'AAAA', 'CAA'] },
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'host.example.com.', tokenIndex: 1 },
    { text: 'host.example.com. A NOSUCHTYPE', tokenIndex: 2 },
    { text: 'host.example.com. A TYPE65536', tokenIndex: 2 },
  ],
  badHex: [
    '',
    '0161',
    // No types; windows without octets, cut short, too long, with a zero at the end, twice, and out of order (RFC 4034 4.1.2).
    '00',
    '000000',
    '00000100',
    '0000',
    '000021',
    `000021${'00'.repeat(33)}`,
    '00010140000140',
    '00000140000140',
    '00010140000160',
    '0000020000',
    '00000240',
  ],
};
