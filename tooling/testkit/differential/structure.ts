import { createHash } from 'node:crypto';
import { PEERS, type Replies } from './judge.ts';
import type { Reply, ReplyRecord } from './message.ts';
import { isWithin, keyOf, type Name, parseName, toWire, wireOctets } from './names.ts';
import { mapZone, type ZoneMap } from './places.ts';
import type { Question } from './walk.ts';
import type { TestZone } from './zone.ts';

// What rows of the table ask: facts of the zone and of the answers, by which a row fits no more answers than those that it is about.

const maps = new WeakMap<TestZone, ZoneMap>();

function mapOf(zone: TestZone): ZoneMap {
  const map = maps.get(zone) ?? mapZone(zone);
  maps.set(zone, map);
  return map;
}

/** Whether `name` is at a cut of `zone` or below one. */
export function isOccluded(zone: TestZone, name: Name): boolean {
  for (let at = name; at.length > zone.origin.length; at = at.slice(1)) if (hasCut(zone, at)) return true;
  return false;
}

function hasCut(zone: TestZone, name: Name): boolean {
  return mapOf(zone).types.get(keyOf(name))?.has('NS') ?? false;
}

export function hasRecords(zone: TestZone, name: Name): boolean {
  return mapOf(zone).types.has(keyOf(name));
}

const linesOf = (records: readonly ReplyRecord[]) =>
  new Set(records.map(({ owner, type, ttl, rdata }) => `${owner} ${ttl} ${type} ${rdata}`));

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((line) => other.has(line));
}

/** Whether some peer has our additional section, and besides only records that `isSpare`. */
export function isPeersWithout({ ours, ...peers }: Replies, isSpare: (record: ReplyRecord) => boolean): boolean {
  if (ours === undefined) return false;
  const own = linesOf(ours.additional);
  return PEERS.some((peer) => {
    const theirs = peers[peer];
    if (theirs === undefined || theirs.flags.includes('tc')) return false;
    return isSame(linesOf(theirs.additional.filter((record) => !isSpare(record))), own);
  });
}

/** RRset that a record belongs to, its RRSIG too. */
function rrsetOf({ owner, type, rdata }: ReplyRecord): string {
  return `${owner} ${type === 'RRSIG' ? rdata.split(' ')[0]! : type}`;
}

/** Whether ours has the same RRset, not under this name, but under one that a wildcard made. */
export function isGivenByWildcard(zone: TestZone, { owner, type, ttl, rdata }: ReplyRecord, ours: Reply | undefined): boolean {
  const isMade = (name: Name) => !hasRecords(zone, name) && !isOccluded(zone, name);
  const alike = ours?.additional.filter((record) => record.type === type && record.ttl === ttl && record.rdata === rdata) ?? [];
  return alike.every((record) => record.owner !== owner) && alike.some((record) => isMade(parseName(record.owner)));
}

/** Whether `reply` stops at a CNAME that leads into `zone`, without a word on where that leads. */
export function isChainWithoutEnd(zone: TestZone, reply: Reply | undefined): boolean {
  if (reply === undefined || reply.authority.length > 0) return false;
  const owners = new Set(reply.answer.map(({ owner }) => owner));
  return reply.answer.some(({ type, rdata }) => type === 'CNAME' && !owners.has(rdata) && isWithin(parseName(rdata), zone.origin));
}

const SIGNATURE_OCTETS = 64; // ECDSA P-256, which every zone is signed with

/** What an RRset of addresses takes at least, with the RRSIG that it has to come with: owners are pointers (RFC 1035 4.1.4), a signer's name is none (RFC 4034 3.1.7). */
function octetsOf(zone: TestZone, owner: Name, type: string, wantsRrsig: boolean): number {
  const key = keyOf(owner);
  const count = zone.records.filter((record) => record.type === type && keyOf(record.owner) === key).length;
  const isSigned = wantsRrsig && zone.signed !== 'no' && !isOccluded(zone, owner);
  return count * (12 + (type === 'A' ? 4 : 16)) + (isSigned ? 12 + 18 + wireOctets(zone.origin) + SIGNATURE_OCTETS : 0);
}

/** Whether some peer has the additional section of our referral and more, which is no glue, and of which not one RRset with its RRSIG fits with us. */
export function hasNoRoomForMore({ zone, mode }: Question, replies: Replies): boolean {
  const { ours } = replies;
  const cut = ours?.authority.find(({ type }) => type === 'NS');
  if (zone === undefined || ours === undefined || cut === undefined) return false;
  const limitOctets = Math.min(mode.payloadOctets ?? 512, 1232);
  const own = new Set(ours.additional.map(rrsetOf));
  return isPeersWithout(replies, (record) => {
    const owner = parseName(record.owner);
    if (isWithin(owner, parseName(cut.owner)) || own.has(rrsetOf(record))) return false;
    return ours.octets + octetsOf(zone, owner, rrsetOf(record).split(' ')[1]!, mode.dnssecOk) > limitOctets;
  });
}

/** Whether a peer has our answer section, and ours goes from the QNAME on in the order of the steps: a DNAME, the CNAME made of it, the RRset that it leads to. */
export function isPeersInOrder({ name }: Question, { ours, ...peers }: Replies): boolean {
  if (ours === undefined) return false;
  const own = linesOf(ours.answer);
  if (!PEERS.some((peer) => peers[peer] !== undefined && isSame(linesOf(peers[peer].answer), own))) return false;
  let at = keyOf(name);
  let dname: string | undefined;
  for (const { owner, type, rdata } of ours.answer) {
    if (type === 'RRSIG') continue;
    if (type === 'DNAME' && dname === undefined && owner !== at && isWithin(parseName(at), parseName(owner))) dname = owner;
    else if (owner !== at) return false;
    else if (type === 'CNAME') {
      at = rdata;
      dname = undefined;
    } else if (dname !== undefined) return false;
  }
  return dname === undefined;
}

const NS_BIT = 0x20;
const SOA_BIT = 0x02;

/** Whether `reply` has an NSEC record of a name below a cut, or one of a cut that leads to a name below it: no signer makes these (RFC 4035 2.3). */
export function hasNsecBelowCut(zone: TestZone | undefined, reply: Reply | undefined): boolean {
  return (
    reply?.authority.some(({ owner, type, rdata }) => {
      if (type !== 'NSEC') return false;
      const [next, types] = rdata.split(' ');
      const low = Number.parseInt(types!.slice(4, 6), 16); // window 0, its length, types 0 to 7
      const isCut = types!.startsWith('00') && (low & NS_BIT) !== 0 && (low & SOA_BIT) === 0;
      const name = parseName(owner);
      return (isCut && isWithin(parseName(next!), name)) || (zone !== undefined && isOccluded(zone, name.slice(1)));
    }) ?? false
  );
}

/** Whether a chain of ours ends at the apex of the question's own zone with QTYPE DS, we answer from above it, and `reply` is the apex's own. */
export function isDsOfChild({ type, zone }: Question, ours: Reply | undefined, reply: Reply | undefined): boolean {
  if (type !== 'DS' || zone === undefined || ours === undefined || reply === undefined) return false;
  const end = ours.answer.findLast((record) => record.type === 'CNAME')?.rdata;
  if (end !== keyOf(zone.origin)) return false;
  const isFromAbove = ours.authority.some(
    (record) => record.type === 'SOA' && record.owner !== end && isWithin(zone.origin, parseName(record.owner)),
  );
  const hasDs = ours.answer.some((record) => record.type === 'DS' && record.owner === end);
  return (isFromAbove || hasDs) && reply.authority.some((record) => record.type === 'SOA' && record.owner === end);
}

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv';

/** RFC 5155 5, without salt and iterations, as the opt-out zones are signed. */
function nsec3HashOf(name: Name): string {
  const digest = createHash('sha1')
    .update(toWire(name.map((label) => label.toLowerCase())))
    .digest();
  let text = '';
  for (let bit = 0; bit < 160; bit += 5) {
    const at = bit >> 3;
    text += BASE32HEX[(((digest[at]! << 8) | (digest[at + 1] ?? 0)) >> (11 - (bit & 7))) & 31];
  }
  return text;
}

function toBase32hex(hex: string): string {
  const bits = [...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return bits.replace(/.{5}/g, (five) => BASE32HEX[Number.parseInt(five, 2)]!);
}

/**
 * Whether the closest encloser is an opted-out empty non-terminal, below a name with a wildcard: then nothing can deny the wildcard at the closest encloser
 * that can be proved (RFC 5155 7.2.2), since it exists. And whether ours is all the rest of the proof: SOA, that encloser, and an opt-out span over the
 * next closer name.
 */
export function isProofWithoutWildcard({ zone, name }: Question, ours: Reply | undefined): boolean {
  if (zone?.signed !== 'nsec3-opt-out' || ours?.rcode !== 'NXDOMAIN' || ours.answer.length > 0) return false;
  const { names } = mapOf(zone);
  let encloser = name.slice(1);
  while (encloser.length > zone.origin.length && !names.has(keyOf(encloser))) encloser = encloser.slice(1);
  const hasNsec3 = (at: Name) => zone.text.toLowerCase().includes(`\n${nsec3HashOf(at)}.`);
  let provable = encloser;
  while (provable.length > zone.origin.length && !hasNsec3(provable)) provable = provable.slice(1);
  if (provable.length === encloser.length || hasRecords(zone, encloser) || !names.has(keyOf(['*', ...provable]))) return false;
  const proofs = ours.authority.filter(({ type }) => type === 'NSEC3');
  const nextCloser = nsec3HashOf(name.slice(name.length - provable.length - 1));
  const matches = proofs.filter(({ owner }) => owner.startsWith(`${nsec3HashOf(provable)}.`));
  const spans = proofs.filter(({ owner, rdata }) => {
    const [from, to] = [owner.slice(0, 32), toBase32hex(rdata.slice(12, 52))];
    const isOptOut = rdata.slice(2, 4) === '01';
    return isOptOut && (from < to ? from < nextCloser && nextCloser < to : from < nextCloser || nextCloser < to);
  });
  const isSoa = ours.authority.some(({ type, owner }) => type === 'SOA' && owner === keyOf(zone.origin));
  return isSoa && matches.length === 1 && spans.length === 1 && new Set([...matches, ...spans]).size === proofs.length;
}
