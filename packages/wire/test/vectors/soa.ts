import type { Vectors } from '../vector.ts';

const hex = '036e7331074578616d706c65000b686f73742e6d6173746572076578616d706c650078c275f500000e100000038400093a800000012c';

export const vectors: Vectors = {
  type: 'SOA',
  good: [
    {
      source: 'BIND 9.18',
      text: 'ns1.Example. host\\.master.example. 2026010101 1h 15M 1w 5m',
      formatted: 'ns1.Example. host\\.master.example. 2026010101 3600 900 604800 300',
      hex,
      object: {
        mname: 'ns1.Example',
        rname: 'host\\.master.example',
        serial: 2026010101,
        refresh: 3600,
        retry: 900,
        expire: 604800,
        minimum: 300,
      },
    },
    {
      source: 'BIND 9.18',
      text: '. . 4294967295 0 0 0 0',
      hex: '0000ffffffff00000000000000000000000000000000',
      object: { mname: '.', rname: '.', serial: 4294967295, refresh: 0, retry: 0, expire: 0, minimum: 0 },
    },
  ],
  badText: [
    { text: 'ns1.example. hostmaster.example. 1 2 3 4', tokenIndex: 6 },
    { text: 'ns1.example. hostmaster.example. 4294967296 2 3 4 5', tokenIndex: 2 },
    { text: 'ns1.example. hostmaster.example. 1h 2 3 4 5', tokenIndex: 2 },
    { text: 'ns1.example. hostmaster.example. 1 2x 3 4 5', tokenIndex: 3 },
    { text: 'ns1.example. hostmaster.example. 1 2 -3 4 5', tokenIndex: 4 },
    { text: 'ns1.example. host..master. 1 2 3 4 5', tokenIndex: 1 },
    { text: 'ns1.example. hostmaster.example. 1 2 3 4 5 6', tokenIndex: 7 },
  ],
  badHex: ['', '0000', hex.slice(0, -2), `${hex}00`],
  canonical: [{ from: hex, to: hex.replace('45', '65') }],
};
