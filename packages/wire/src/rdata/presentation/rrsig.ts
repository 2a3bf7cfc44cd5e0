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

/** Seconds since 1970 of YYYYMMDDHHmmSS; not a number when there is no such moment. */
function parseCalendar(text: string): number {
  const year = Number(text.slice(0, 4));
  const [month, day, hour, minute, second] = [4, 6, 8, 10, 12].map((at) => Number(text.slice(at, at + 2)));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC makes the 31st of February a day of March, and of the year 70 the year 1970.
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists ? date.getTime() / 1000 : Number.NaN;
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
