import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'IPSECKEY',
  good: [
    {
      source: 'RFC 4025 3.2',
      text: '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      hex: '0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
      object: Buffer.from('0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801', 'hex'),
    },
    {
      source: 'RFC 4025 3.2: no gateway',
      text: '10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      hex: '0a0002010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
      object: Buffer.from('0a0002010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801', 'hex'),
    },
    {
      source: 'RFC 4025 3.2: a name',
      text: '10 3 2 myGateway.example.com. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      hex: '0a0302096d7947617465776179076578616d706c6503636f6d00010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
      object: Buffer.from(
        '0a0302096d7947617465776179076578616d706c6503636f6d00010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
        'hex',
      ),
    },
    {
      source: 'RFC 4025 3.2: IPv6',
      text: '10 2 2 2001:0DB8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      formatted: '10 2 2 2001:db8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      hex: '0a020220010db8000080020000000020000001010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
      object: Buffer.from(
        '0a020220010db8000080020000000020000001010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
        'hex',
      ),
    },
    {
      source: 'RFC 4025 3.1: a key in words',
      text: '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47u sntb102uFJtugbo6BSGvgqt4AQ==',
      formatted: '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
      hex: '0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
      object: Buffer.from('0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801', 'hex'),
    },
    {
      source: 'RFC 4025 2.4: algorithm 0, no key',
      text: '10 0 0 .',
      hex: '0a0000',
      object: Buffer.from('0a0000', 'hex'),
      notInBind: 'BIND wants a key',
    },
    {
      source: 'RFC 4025 2.4: algorithm 0, no key but a gateway',
      text: '10 3 0 .',
      hex: '0a030000',
      object: Buffer.from('0a030000', 'hex'),
      notInBind: 'BIND wants a key',
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '10 4 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 1 },
    { text: '10 0 2 gateway. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 3 },
    { text: '10 1 2 2001:db8::1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 3 },
    { text: '10 2 2 192.0.2.1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 3 },
    { text: '10 3 2 a..b. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 3 },
    { text: '10 0 2 .', tokenIndex: 4 },
    { text: '10 0 256 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', tokenIndex: 2 },
    { text: '10 1 2 192.0.2.38 AAA', tokenIndex: 4 },
  ],
  badHex: [
    '',
    '0a00',
    '0a0002',
    '0a0102c00002',
    '0a0102c0000201',
    '0a020220010db8',
    '0a03020361',
    '0a04020000',
    // A name has no pointer in it (RFC 4025 2.5).
    '0a0302c00c00',
  ],
};
