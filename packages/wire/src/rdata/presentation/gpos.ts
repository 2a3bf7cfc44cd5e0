import { type Presentation, sequence } from '../form.ts';
import { checkedString } from '../texts.ts';

const REAL_NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/;

/** A number in digits. RFC 1712 3 gives longitudes the range of latitudes and its example the order of LOC, so that ±180 bounds both. */
function coordinate(what: string, max: number): Presentation {
  return checkedString(`${what}, -${max} to ${max}`, (octets) => {
    const text = String.fromCharCode(...octets);
    return REAL_NUMBER.test(text) && Math.abs(Number(text)) <= max;
  });
}

/** RFC 1712 3. */
export const gpos = sequence(
  coordinate('the longitude', 180),
  coordinate('the latitude', 180),
  checkedString('the altitude in metres', (octets) => REAL_NUMBER.test(String.fromCharCode(...octets))),
);
