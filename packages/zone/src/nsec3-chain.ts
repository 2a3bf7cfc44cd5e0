import { TYPE } from '@dnsteer/wire';
import type { NameTable } from './name-table.ts';
import { HASH_WORDS, Nsec3Hash } from './nsec3-hash.ts';
import { compareHashes } from './nsec3-rows.ts';
import type { ZoneStore } from './zone-store.ts';

const SHA1 = 1;
/** A hash of 20 octets in base32hex. */
const HASH_LABEL_OCTETS = 32;
// Where things are in NSEC3PARAM and NSEC3 RDATA (RFC 5155 3.2, 4.2).
const ALGORITHM = 0;
const FLAGS = 1;
const ITERATIONS = 2;
const SALT_LENGTH = 4;
const SALT = 5;

/** No zone may have more (RFC 5155 10.3). Each costs a SHA-1 for a name that does not exist, and so bounds what a query may cost. */
export const MAX_NSEC3_ITERATIONS = 2500;

/** The NSEC3 records of a zone, by number of their owners. */
export interface Nsec3Chain {
  /** Owners of the chain that answers are proven by, sorted by hash; then those of no chain, or of another one. */
  readonly owners: readonly number[];
  /** How many of `owners` are of the chain; 0 when there is none. */
  readonly length: number;
  /** HASH_WORDS for each owner of the chain. */
  readonly hashes: Int32Array;
  readonly iterations: number;
  readonly salt: Uint8Array;
}

/**
 * Finds the NSEC3 chain of a zone: that of an NSEC3PARAM at the apex (RFC 5155 7.1, 7.3). A chain without the apex is none: nothing could be proven
 * by it. Where there are several, the one that hashes least.
 *
 * @param store - arranged.
 * @param owners - all names that own NSEC3 records.
 */
export function findNsec3Chain(store: ZoneStore, owners: readonly number[]): Nsec3Chain {
  const found = owners.length === 0 ? [] : nsec3Params(store);
  for (const { iterations, salt } of found.sort((a, b) => a.iterations - b.iterations || a.salt.length - b.salt.length)) {
    const chain = chainWith(store, owners, iterations, salt);
    if (chain !== undefined) return chain;
  }
  return { owners, length: 0, hashes: new Int32Array(0), iterations: 0, salt: new Uint8Array(0) };
}

/** The chain with these parameters, if it has the apex. */
function chainWith(store: ZoneStore, owners: readonly number[], iterations: number, salt: Uint8Array): Nsec3Chain | undefined {
  const unsorted = new Int32Array(owners.length * HASH_WORDS);
  const links: number[] = [];
  for (let i = 0; i < owners.length; i++) {
    if (isLink(store, owners[i], iterations, salt) && decodeHashLabel(store.names, owners[i], unsorted, i * HASH_WORDS)) links.push(i);
  }
  links.sort((a, b) => compareHashes(unsorted, a * HASH_WORDS, unsorted, b * HASH_WORDS));
  const apex = new Nsec3Hash(iterations, salt);
  apex.set(store.apex, 0, false);
  if (!links.some((link) => compareHashes(unsorted, link * HASH_WORDS, apex.hash, 0) === 0)) return undefined;
  const hashes = new Int32Array(links.length * HASH_WORDS);
  for (let i = 0; i < links.length; i++) {
    for (let word = 0; word < HASH_WORDS; word++) hashes[i * HASH_WORDS + word] = unsorted[links[i] * HASH_WORDS + word];
  }
  const chained = links.map((link) => owners[link]);
  const inChain = new Set(chained);
  const others = owners.filter((owner) => !inChain.has(owner));
  return { owners: [...chained, ...others], length: chained.length, hashes, iterations, salt };
}

/** The NSEC3PARAM records of the apex that a server may use: SHA-1, and no flags (RFC 5155 4.1.2). */
export function nsec3Params({ records }: ZoneStore): { record: number; iterations: number; salt: Uint8Array }[] {
  const params: { record: number; iterations: number; salt: Uint8Array }[] = [];
  for (let record = records.first(0); record >= 0; record = records.next(record)) {
    if (records.type(record) !== TYPE.NSEC3PARAM) continue;
    const rdata = records.rdata(record);
    if (rdata[ALGORITHM] !== SHA1 || rdata[FLAGS] !== 0) continue;
    const iterations = (rdata[ITERATIONS] << 8) | rdata[ITERATIONS + 1];
    params.push({ record, iterations, salt: rdata.slice(SALT, SALT + rdata[SALT_LENGTH]) });
  }
  return params;
}

/** Whether an owner stands right below the apex and has an NSEC3 with these parameters. */
function isLink({ names, records }: ZoneStore, owner: number, iterations: number, salt: Uint8Array): boolean {
  if (names.parent(owner) !== 0) return false;
  for (let record = records.first(owner); record >= 0; record = records.next(record)) {
    if (records.type(record) === TYPE.NSEC3 && hasParams(records.rdata(record), iterations, salt)) return true;
  }
  return false;
}

function hasParams(rdata: Uint8Array, iterations: number, salt: Uint8Array): boolean {
  return (
    rdata[ALGORITHM] === SHA1 &&
    ((rdata[ITERATIONS] << 8) | rdata[ITERATIONS + 1]) === iterations &&
    rdata[SALT_LENGTH] === salt.length &&
    salt.every((octet, i) => rdata[SALT + i] === octet)
  );
}

/**
 * Reads the leftmost label of a name out of base32hex (RFC 4648 7), in any case, into `hashes[at..]`.
 *
 * @returns false when it is no hash.
 */
function decodeHashLabel(names: NameTable, name: number, hashes: Int32Array, at: number): boolean {
  const octets = names.chunk(name);
  const offset = names.offset(name);
  if (octets[offset] !== HASH_LABEL_OCTETS) return false;
  for (let i = 0; i < HASH_LABEL_OCTETS; i++) {
    const value = digitValue(octets[offset + 1 + i]);
    if (value < 0) return false;
    const word = at + ((5 * i) >> 5);
    const shift = 27 - ((5 * i) & 31);
    hashes[word] |= shift >= 0 ? value << shift : value >> -shift;
    if (shift < 0) hashes[word + 1] |= value << (32 + shift);
  }
  return true;
}

/** -1 when the octet is no digit of base32hex. */
function digitValue(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lowerCase = octet | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x76 ? lowerCase - 0x61 + 10 : -1;
}
