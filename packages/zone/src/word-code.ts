import { CLASS, typeCode } from '@dnsteer/wire';

export const CLASS_IN = -1;
export const OTHER_CLASS = -2;
export const UNKNOWN_WORD = -3;

/** What words of up to four octets mean, by their octets as one int32: nearly every type and class there is, without making a string. */
const shortWords = new Map<number, number>();
const SHORT_WORDS_LIMIT = 512;

/** The type code that a word stands for, or CLASS_IN, OTHER_CLASS or UNKNOWN_WORD. */
export function wordCode(octets: Buffer, from: number, to: number): number {
  // A NUL in front would not be seen in the number.
  if (to - from > 4 || octets[from] === 0) return codeOf(octets.toString('latin1', from, to));
  let key = 0;
  for (let at = from; at < to; at++) key = (key << 8) | octets[at];
  let code = shortWords.get(key);
  if (code === undefined) {
    code = codeOf(octets.toString('latin1', from, to));
    if (shortWords.size < SHORT_WORDS_LIMIT) shortWords.set(key, code);
  }
  return code;
}

function codeOf(word: string): number {
  const upper = word.toUpperCase();
  // ANY is a QTYPE before it is a QCLASS; as either it is wrong in a zone file.
  const type = typeCode(upper);
  if (type !== undefined) return type;
  const known = Object.entries(CLASS).find(([text]) => text === upper)?.[1];
  // RFC 3597 5.
  const code = known ?? (/^CLASS[0-9]{1,5}$/.test(upper) ? Number(upper.slice(5)) : undefined);
  if (code === undefined) return UNKNOWN_WORD;
  return code === CLASS.IN ? CLASS_IN : OTHER_CLASS;
}
