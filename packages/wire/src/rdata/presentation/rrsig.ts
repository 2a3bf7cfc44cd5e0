import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { base64Rest, domainName, numberOrMnemonic, rrType, seconds, unsigned } from '../fields.ts';
import { type Field, record } from '../form.ts';

/** YYYYMMDDHHmmSS in UTC, or seconds since 1970 modulo 2^32 (RFC 4034 3.2). In an object those seconds. */
function signatureTime(what: string): Field {
  return {
    ...unsigned(4, what),
    parse(tokens, out) {
      const { text } = tokens.next(what);
      const epochSeconds = /^[0-9]{14}$/.test(text) ? parseCalendar(text) : /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (!(epochSeconds >= 0 && epochSeconds <= 0xffffffff)) throw tokens.wrong(`${what} as YYYYMMDDHHmmSS`);
      out.u32(epochSeconds);
    },
    format: (rdata) => new Date(rdata.u32() * 1000).toISOString().replace(/[-:T]|\.000Z/g, ''),
  };
}

function parseCalendar(text: string): number {
  const iso = text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z');
  const date = new Date(iso);
  // The 30th of February is read as a day of March by some engines.
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso ? date.getTime() / 1000 : Number.NaN;
}

/** RFC 4034 3.2. */
export const rrsig = record({
  typeCovered: rrType('the type covered'),
  algorithm: numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS),
  labels: unsigned(1, 'the number of labels'),
  originalTTL: seconds('the original TTL'),
  expiration: signatureTime('the expiration'),
  inception: signatureTime('the inception'),
  keyTag: unsigned(2, 'the key tag'),
  signersName: domainName("the signer's name"),
  signature: base64Rest('the signature'),
});
