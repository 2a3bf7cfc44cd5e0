import { parseName, parseRdata, TYPE } from '@dnsteer/wire';

export const name = (text: string) => parseName(text);

/** RDATA from presentation format without quotes. */
export function rdata(type: keyof typeof TYPE, text: string): Uint8Array {
  const tokens = text.split(/\s+/).map((token) => ({ text: token, quoted: false }));
  return parseRdata(TYPE[type], tokens);
}

export const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
export const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
export const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** Seconds since 1970 of `YYYYMMDDHHmmSS`. */
export function seconds(stamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(stamp)?.map(Number) ?? [];
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
