import type { Vectors } from '../vector.ts';
import { vectors as dnskey } from './dnskey.ts';

/** RFC 7344 3.2: the form of DNSKEY. */
export const vectors: Vectors = {
  ...dnskey,
  type: 'CDNSKEY',
  good: [
    ...dnskey.good.map((vector) => ({ ...vector, object: Buffer.from(vector.hex, 'hex') })),
    { source: 'RFC 8078 4', text: '0 3 0 AA==', hex: '0000030000', object: Buffer.from('0000030000', 'hex') },
  ],
};
