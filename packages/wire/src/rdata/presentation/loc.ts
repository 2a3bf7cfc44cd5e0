import type { RdataReader } from '../cursor.ts';
import type { Presentation } from '../form.ts';
import type { TokenReader } from '../tokens.ts';

const RDATA_OCTETS = 16;
/** The equator and the prime meridian, in thousandths of a second of arc. */
const MERIDIAN = 2 ** 31;
const DEGREE = 3_600_000;
const MAX_LATITUDE_DEGREES = 90;
const MAX_LONGITUDE_DEGREES = 180;
/** Altitudes count from 100,000 m below the reference spheroid, in centimetres. */
const ALTITUDE_BASE_CM = 10_000_000;
const MAX_ALTITUDE_CM = 0xffffffff - ALTITUDE_BASE_CM;
const MAX_PRECISION_CM = 9_000_000_000;
const LENGTH = /^([0-9]{1,8})(?:\.([0-9]{0,2}))?m?$/;

/** Sizes and precisions that may be left out, and what they are then (RFC 1876 3). */
const PRECISIONS = [
  { what: 'the size', defaultCm: 100 },
  { what: 'the horizontal precision', defaultCm: 1_000_000 },
  { what: 'the vertical precision', defaultCm: 1_000 },
] as const;

/** RFC 1876 3. */
export const loc: Presentation = {
  parse(tokens, out) {
    const latitude = parseAngle(tokens, 'the latitude', MAX_LATITUDE_DEGREES, 'N', 'S');
    const longitude = parseAngle(tokens, 'the longitude', MAX_LONGITUDE_DEGREES, 'E', 'W');
    const altitude = parseAltitude(tokens);
    out.u8(0);
    for (const { what, defaultCm } of PRECISIONS) out.u8(encodePrecision(tokens.hasMore ? parsePrecision(tokens, what) : defaultCm));
    out.u32(MERIDIAN + latitude);
    out.u32(MERIDIAN + longitude);
    out.u32(ALTITUDE_BASE_CM + altitude);
  },
  format(rdata) {
    if (rdata.u8() !== 0) return undefined;
    const precisions = PRECISIONS.map(() => formatPrecision(rdata.u8()));
    const latitude = formatAngle(rdata, 'N', 'S');
    const longitude = formatAngle(rdata, 'E', 'W');
    return [latitude, longitude, formatAltitude(rdata.u32() - ALTITUDE_BASE_CM), ...precisions].join(' ');
  },
};

/** RDATA of version 0; what other versions hold is not to be guessed (RFC 1876 2). */
export function locationEnd(octets: Uint8Array, at: number, end: number): number {
  if (at === end) return -1;
  if (octets[at] !== 0) return end;
  if (end - at !== RDATA_OCTETS) return -1;
  for (let i = at + 1; i < at + 4; i++) if (!isPrecision(octets[i])) return -1;
  const isOnEarth = isAngle(octets, at + 4, MAX_LATITUDE_DEGREES) && isAngle(octets, at + 8, MAX_LONGITUDE_DEGREES);
  return isOnEarth ? end : -1;
}

/** Other values are undefined (RFC 1876 2, SIZE). */
function isPrecision(octet: number): boolean {
  const digit = octet >> 4;
  const exponent = octet & 15;
  return digit <= 9 && exponent <= 9 && (digit > 0 || exponent === 0);
}

function isAngle(octets: Uint8Array, at: number, maxDegrees: number): boolean {
  const angle = octets[at] * 0x1000000 + ((octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3]);
  return Math.abs(angle - MERIDIAN) <= maxDegrees * DEGREE;
}

/** Degrees, minutes or not, seconds or not, and a side; in thousandths of a second, negative on the second side. */
function parseAngle(tokens: TokenReader, what: string, maxDegrees: number, positive: string, negative: string): number {
  const degrees = tokens.next(what).text;
  if (!/^[0-9]{1,3}$/.test(degrees) || Number(degrees) > maxDegrees) throw tokens.wrong(`${what}, 0 to ${maxDegrees} degrees`);
  let angle = Number(degrees) * DEGREE;
  let side = tokens.next('minutes or a side').text;
  if (side !== positive && side !== negative) {
    if (!/^[0-9]{1,2}$/.test(side) || Number(side) > 59) throw tokens.wrong(`minutes, 0 to 59, or ${positive} or ${negative}`);
    angle += Number(side) * 60_000;
    side = tokens.next('seconds or a side').text;
    if (side !== positive && side !== negative) {
      const [, whole, fraction = ''] = /^([0-9]{1,2})(?:\.([0-9]{0,3}))?$/.exec(side) ?? [];
      if (!(Number(whole) <= 59)) throw tokens.wrong(`seconds, 0 to 59.999, or ${positive} or ${negative}`);
      angle += Number(whole) * 1000 + Number(fraction.padEnd(3, '0'));
      side = tokens.next('a side').text;
      if (side !== positive && side !== negative) throw tokens.wrong(`${positive} or ${negative}`);
    }
  }
  if (angle > maxDegrees * DEGREE) throw tokens.wrong(`${what} of at most ${maxDegrees} degrees`);
  return side === positive ? angle : -angle;
}

function formatAngle(rdata: RdataReader, positive: string, negative: string): string {
  const angle = rdata.u32() - MERIDIAN;
  const size = Math.abs(angle);
  const minutes = Math.floor(size / 60_000);
  const seconds = `${Math.floor((size % 60_000) / 1000)}.${String(size % 1000).padStart(3, '0')}`;
  return `${Math.floor(minutes / 60)} ${minutes % 60} ${seconds} ${angle < 0 ? negative : positive}`;
}

function parseAltitude(tokens: TokenReader): number {
  const { text } = tokens.next('the altitude');
  const isNegative = text.startsWith('-');
  const cm = readCentimetres(text.replace(/^[+-]/, ''));
  if (!(cm <= (isNegative ? ALTITUDE_BASE_CM : MAX_ALTITUDE_CM))) throw tokens.wrong('the altitude, -100000.00m to 42849672.95m');
  return isNegative ? -cm : cm;
}

function formatAltitude(cm: number): string {
  const size = Math.abs(cm);
  return `${cm < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}m`;
}

function parsePrecision(tokens: TokenReader, what: string): number {
  const cm = readCentimetres(tokens.next(what).text);
  if (!(cm <= MAX_PRECISION_CM)) throw tokens.wrong(`${what}, 0 to 90000000.00m`);
  return cm;
}

/** Metres with up to two decimals; not a number when the text is something else. */
function readCentimetres(text: string): number {
  const [, metres, fraction = ''] = LENGTH.exec(text) ?? [];
  return Number(metres) * 100 + Number(fraction.padEnd(2, '0'));
}

/** A digit, and the power of ten it is times; the digits behind it are cut off, as RFC 1876 A does. */
function encodePrecision(cm: number): number {
  let exponent = 0;
  while (cm >= 10) {
    cm = Math.floor(cm / 10);
    exponent++;
  }
  return (cm << 4) | exponent;
}

function formatPrecision(octet: number): string {
  const digit = octet >> 4;
  const exponent = octet & 15;
  if (exponent >= 2) return `${digit}${'0'.repeat(exponent - 2)}m`;
  return `0.${String(digit * 10 ** exponent).padStart(2, '0')}m`;
}
