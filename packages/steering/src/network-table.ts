import { parseAddress } from './address.ts';
import { SteeringError } from './errors.ts';
import { NetworkList } from './network-list.ts';
import { MOST_VALUES } from './network-map.ts';
import { makeRuns, type NetworkRuns } from './network-runs.ts';

/** A file of networks and pools, read: plain data with its numbers in shared memory, so that threads that are given it have it once. */
export interface NetworkTable {
  /** The file, for what is said of it. */
  readonly file: string;
  /** Lists of pools; value v of a run stands for list v - 1. */
  readonly lists: readonly (readonly string[])[];
  /** By list: the line that has it first. */
  readonly lines: readonly number[];
  /** How many networks the file has. */
  readonly networks: number;
  readonly runs4: NetworkRuns;
  readonly runs6: NetworkRuns;
}

export const EXPECTED_NETWORK = 'a network such as 192.0.2.0/24 or 2001:db8::/32, with no bit set behind its prefix';

const LF = 10;
const SPACE = 32;
const COMMA = 44;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
const LOWER_A = 97;

/**
 * Reads lines of a network and the pools for its clients, best first, separated by blanks or commas: `192.0.2.0/24 eu us`, or `2001:db8::/32,eu`.
 * Empty lines, and what follows `#`, are skipped; so is a first line of column names that begins with `network` or `prefix`. Of a network that comes twice,
 * the later line holds.
 *
 * @param octets - UTF-8.
 * @param file - how it is called where something is wrong.
 * @throws SteeringError ERR_STEERING_ADDRESS, ERR_STEERING_EMPTY or ERR_STEERING_RANGE, with the line.
 */
export function readNetworkTable(octets: Uint8Array, file: string): NetworkTable {
  const reader = new TableReader(octets, file);
  reader.readAll();
  return reader.table();
}

class TableReader {
  private readonly text: Buffer;
  private readonly file: string;
  private readonly list4: NetworkList;
  private readonly list6: NetworkList;
  private readonly lists: string[][] = [];
  private readonly lines: number[] = [];
  /** Values by the text of the pools. */
  private readonly byText = new Map<string, number>();
  private readonly address = new Uint8Array(16);
  private line = 0;

  constructor(octets: Uint8Array, file: string) {
    this.text = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    this.file = file;
    // A line is seldom shorter: then the columns grow.
    const capacity = Math.ceil(octets.length / 16) + 16;
    this.list4 = new NetworkList(1, capacity);
    this.list6 = new NetworkList(4);
  }

  readAll(): void {
    const { text } = this;
    for (let at = 0; at < text.length; ) {
      const lf = text.indexOf(LF, at);
      const end = lf < 0 ? text.length : lf;
      this.line++;
      this.readLine(at, end);
      at = end + 1;
    }
  }

  table(): NetworkTable {
    const { file, lines, lists, list4, list6 } = this;
    if (list4.count + list6.count === 0) throw this.error('ERR_STEERING_EMPTY', undefined, 'lines of a network and its pools');
    return { file, lists, lines, networks: list4.count + list6.count, runs4: makeRuns(list4), runs6: makeRuns(list6) };
  }

  private readLine(from: number, lineEnd: number): void {
    const { text } = this;
    const hash = text.subarray(from, lineEnd).indexOf('#');
    const end = hash < 0 ? lineEnd : from + hash;
    const start = this.skipSeparators(from, end);
    if (start === end) return;
    let behind = start;
    while (behind < end && !isSeparator(text[behind]!)) behind++;
    if (this.line === 1 && /^(network|prefix)$/i.test(text.toString('latin1', start, behind))) return;
    const prefixLength = this.readNetwork4(start, behind);
    const value = this.valueOf(this.skipSeparators(behind, end), end);
    if (prefixLength >= 0) this.list4.add(this.address, 0, prefixLength, value);
    else this.readOther(start, behind, value);
  }

  /** The first four octets of `address`, and the prefix length; -1 when it is not four numbers with dots and a length that leaves no bit behind it. */
  private readNetwork4(start: number, end: number): number {
    const { address, text } = this;
    let part = 0;
    let number = -1;
    let at = start;
    for (; at < end && text[at] !== SLASH; at++) {
      const digit = text[at]! - ZERO;
      if (digit >= 0 && digit <= 9) {
        // A zero in front is octal to some, so nobody writes it.
        if (number === 0) return -1;
        number = number < 0 ? digit : number * 10 + digit;
        if (number > 255) return -1;
      } else {
        if (text[at] !== DOT || number < 0 || part === 3) return -1;
        address[part++] = number;
        number = -1;
      }
    }
    if (part !== 3 || number < 0) return -1;
    address[3] = number;
    const length = lengthOf(text, at + 1, end, 32);
    return length >= 0 && isClearBehind(address, length, 4) ? length : -1;
  }

  /** IPv6, or an error. */
  private readOther(start: number, end: number, value: number): void {
    const { address, text } = this;
    const slash = text.indexOf(SLASH, start);
    if (slash < 0 || slash >= end) throw this.networkError(start, end);
    const length = lengthOf(text, slash + 1, end, 128);
    if (length < 0 || !(this.readGroups(start, slash) || this.readAnyAddress(start, slash)) || !isClearBehind(address, length, 16))
      throw this.networkError(start, end);
    this.list6.add(address, 0, length, value);
  }

  /** The usual form, `2001:db8::`: groups of hexadecimal digits, of which those that are left out stand at the end. */
  private readGroups(start: number, end: number): boolean {
    const { address, text } = this;
    if (text[end - 1] !== COLON || text[end - 2] !== COLON) return false;
    address.fill(0);
    let group = 0;
    let digits = 0;
    let number = 0;
    for (let at = start; at < end - 1; at++) {
      if (text[at] === COLON) {
        if (digits === 0 || group === 7) return false;
        address[2 * group] = number >> 8;
        address[2 * group + 1] = number;
        group++;
        digits = 0;
        number = 0;
      } else {
        const digit = hexDigit(text[at]!);
        if (digit < 0 || ++digits > 4) return false;
        number = (number << 4) | digit;
      }
    }
    return true;
  }

  private readAnyAddress(start: number, end: number): boolean {
    const octets = parseAddress(this.text.toString('latin1', start, end));
    if (octets?.length !== 16) return false;
    this.address.set(octets);
    return true;
  }

  private networkError(start: number, end: number): SteeringError {
    return this.error('ERR_STEERING_ADDRESS', this.text.toString('latin1', start, end), EXPECTED_NETWORK);
  }

  private valueOf(from: number, end: number): number {
    const { byText, lists, lines, text } = this;
    let last = end;
    while (last > from && isSeparator(text[last - 1]!)) last--;
    const pools = text.toString('utf8', from, last);
    let value = byText.get(pools);
    if (value === undefined) {
      if (pools === '') throw this.error('ERR_STEERING_EMPTY', undefined, 'a pool behind the network');
      value = lists.push(pools.split(/[\s,]+/));
      if (value > MOST_VALUES) throw this.error('ERR_STEERING_RANGE', pools, `at most ${MOST_VALUES} different lists of pools`);
      lines.push(this.line);
      byText.set(pools, value);
    }
    return value;
  }

  private skipSeparators(from: number, end: number): number {
    let at = from;
    while (at < end && isSeparator(this.text[at]!)) at++;
    return at;
  }

  private error(
    code: 'ERR_STEERING_ADDRESS' | 'ERR_STEERING_EMPTY' | 'ERR_STEERING_RANGE',
    found: unknown,
    expected: string,
  ): SteeringError {
    return new SteeringError(code, { kind: 'argument', name: `${this.file}, line ${Math.max(1, this.line)}` }, [], found, expected);
  }
}

/** Blanks, tabs and the CR of a CRLF, or a comma. */
function isSeparator(octet: number): boolean {
  return octet <= SPACE || octet === COMMA;
}

/** -1 for what is none. */
function hexDigit(octet: number): number {
  const digit = octet - ZERO;
  if (digit >= 0 && digit <= 9) return digit;
  const letter = (octet | 0x20) - LOWER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** A whole number from 0 to `most`, or -1. */
function lengthOf(text: Buffer, start: number, end: number, most: number): number {
  if (start >= end || end - start > 3) return -1;
  let length = 0;
  for (let at = start; at < end; at++) {
    const digit = text[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length <= most ? length : -1;
}

function isClearBehind(octets: Uint8Array, prefixLength: number, count: number): boolean {
  let at = prefixLength >> 3;
  if (at < count && (octets[at]! & (0xff >> (prefixLength & 7))) !== 0) return false;
  while (++at < count) if (octets[at] !== 0) return false;
  return true;
}
