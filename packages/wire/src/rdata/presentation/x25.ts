import { sequence } from '../form.ts';
import { checkedString } from '../texts.ts';

/** RFC 1183 3.1: digits, the first four of them the DNIC. */
export const x25 = sequence(
  checkedString(
    'the PSDN address, four digits or more',
    (octets) => octets.length >= 4 && octets.every((octet) => octet >= 0x30 && octet <= 0x39),
  ),
);
