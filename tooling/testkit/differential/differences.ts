import { type Deviation, FACETS, PEERS, type Replies, SECTIONS } from './judge.ts';
import type { Reply, ReplyRecord } from './message.ts';
import { isWithin, type Name, parseName } from './names.ts';
import {
  hasNoRoomForMore,
  hasNsecBelowCut,
  hasRecords,
  isChainWithoutEnd,
  isDsOfChild,
  isGivenByWildcard,
  isOccluded,
  isPeersInOrder,
  isPeersWithout,
  isProofWithoutWildcard,
} from './structure.ts';
import type { Question } from './walk.ts';

const has = (records: readonly ReplyRecord[] | undefined, ...types: string[]) => records?.some(({ type }) => types.includes(type)) ?? false;

/** Whether another RRset with its RRSIG may have been too much for somebody. */
function isNearlyFull(limitOctets: number, replies: Replies): boolean {
  return Object.values(replies).some((reply) => reply !== undefined && reply.octets > limitOctets * 0.6);
}

/** Whether our answer has a CNAME that leads into another zone than the question's, one below it perhaps. */
function leavesZone({ zone, childOrigins }: Question, reply: Reply | undefined): boolean {
  if (zone === undefined || reply === undefined) return false;
  const isElsewhere = (name: Name) => !isWithin(name, zone.origin) || childOrigins.some((origin) => isWithin(name, origin));
  return reply.answer.some(({ type, rdata }) => type === 'CNAME' && isElsewhere(parseName(rdata)));
}

/** Where servers differ on purpose, or are known to fail: one row, one reason. Of ours, all that is left is what an RFC allows. */
export const DIFFERENCES: readonly Deviation[] = [
  ...PEERS.map(
    (who): Deviation => ({
      who,
      facets: FACETS,
      rule: 'RFC 1035 4.1.1: SERVFAIL says that the peer failed, not what is right',
      when: (_, replies) => replies[who]?.rcode === 'SERVFAIL',
    }),
  ),
  {
    who: 'ours',
    facets: SECTIONS,
    rule: 'RFC 8482 4.1 and 7: QTYPE ANY and QTYPE RRSIG get one RRset of those at the name',
    when: ({ type }) => type === 'ANY' || type === 'RRSIG',
  },
  {
    who: 'ours',
    facets: ['additional'],
    rule: 'RFC 9460 2.5.2 and 4.1: addresses of the TargetName, "." too, and the proof that there are none; BIND, NSD and PowerDNS give none',
    when: (_, { ours }) => has(ours?.answer, 'HTTPS', 'SVCB'),
  },
  {
    who: 'ours',
    facets: ['additional'],
    rule: 'RFC 1034 4.3.2 step 6, RFC 2181 9: how much of the optional additional data of an answer fits; ours is whole RRsets with their RRSIGs',
    when: ({ mode }, replies) => (replies.ours?.answer.length ?? 0) > 0 && isNearlyFull(Math.min(mode.payloadOctets ?? 512, 1232), replies),
  },
  {
    who: 'ours',
    facets: ['tc'],
    rule: 'RFC 9471 3.1: TC when glue of a referral is lost; behind a CNAME or DNAME too, where BIND and NSD forget it',
    when: (_, { ours }) => ours !== undefined && ours.answer.length > 0 && has(ours.authority, 'NS') && ours.flags.includes('tc'),
  },
  {
    who: 'ours',
    facets: ['rcode', 'tc', ...SECTIONS],
    rule: 'RFC 1034 4.3.2 step 2, RFC 6604 3: a chain goes on in another zone of ours, with the RCODE of its end; Knot and NSD stop there, BIND for some types',
    when: (question, { ours }) => leavesZone(question, ours),
  },
  {
    who: 'nsd',
    facets: ['authority'],
    rule: 'RFC 4035 3.1.3.2: NXDOMAIN behind a DNAME wants proofs for the name at the end of the chain; NSD 4.6 has one too few or too many',
    when: ({ mode }, { nsd }) => mode.dnssecOk && nsd?.rcode === 'NXDOMAIN' && has(nsd.answer, 'DNAME'),
  },
  {
    who: 'knot',
    facets: ['answer', 'chain'],
    rule: 'RFC 6672 3.2: a DNAME keeps its owner name; Knot 3.2 gives one at a wildcard the QNAME',
    when: (_, { ours }) => ours?.answer.some(({ owner, type }) => type === 'DNAME' && owner.startsWith('*.')) ?? false,
  },
  {
    who: 'ours',
    facets: ['rcode', 'aa', ...SECTIONS],
    rule: 'RFC 4592 4.2: NS at a wildcard has no agreed meaning; BIND loads no such zone, NSD makes data of it, we and Knot a referral',
    when: (_, { ours }) => ours?.authority.some(({ owner, type }) => type === 'NS' && owner.startsWith('*.')) ?? false,
  },
  {
    who: 'ours',
    facets: ['additional'],
    rule: 'RFC 1034 4.2.1 and 4.3.2 step 6: glue is for referrals only, Knot and PowerDNS add it to answers; and of one wildcard we give the addresses once (optional)',
    when: ({ zone }, replies) =>
      zone !== undefined &&
      (replies.ours?.answer.length ?? 0) > 0 &&
      !has(replies.ours?.authority, 'NS') &&
      isPeersWithout(replies, (record) => isOccluded(zone, parseName(record.owner)) || isGivenByWildcard(zone, record, replies.ours)),
  },
  {
    who: 'ours',
    facets: ['additional'],
    rule: 'RFC 1034 4.3.2 3b before 3c: a wildcard below a cut makes nothing, glue neither; BIND too has none, Knot and NSD make it',
    when: ({ zone }, replies) =>
      zone !== undefined &&
      has(replies.ours?.authority, 'NS') &&
      isPeersWithout(replies, ({ owner }) => isOccluded(zone, parseName(owner)) && !hasRecords(zone, parseName(owner))),
  },
  {
    who: 'ours',
    facets: ['additional'],
    rule: 'RFC 9471 3.1, RFC 2181 9: of a referral, addresses that are no glue have to fit, with their RRSIGs; Knot leaves RRSIGs out, NSD compresses in them',
    when: hasNoRoomForMore,
  },
  {
    who: 'ours',
    facets: ['chain'],
    rule: 'RFC 1034 4.3.2, RFC 6672 3.2: links of a chain in the order of the steps; PowerDNS has the same ones in another',
    when: isPeersInOrder,
  },
  {
    who: 'pdns',
    facets: ['authority'],
    rule: 'RFC 4035 2.3: no NSEC below a cut, none that leads there; PowerDNS counts occluded names as names of the chain',
    when: ({ zone }, { pdns }) => hasNsecBelowCut(zone, pdns),
  },
  {
    who: 'pdns',
    facets: ['authority', 'additional'],
    rule: 'RFC 1034 4.3.2 3b: the first cut on the way down ends it; PowerDNS goes on to one below it, where the zone has a second',
    when: ({ zone }, { pdns }) =>
      zone !== undefined &&
      (pdns?.authority.some(({ owner, type }) => type === 'NS' && isOccluded(zone, parseName(owner).slice(1))) ?? false),
  },
  {
    who: 'pdns',
    facets: ['authority'],
    rule: 'RFC 2308 2: what a chain leads to in the zone is there, or SOA says that it is not; PowerDNS says neither for QTYPE NSEC behind a DNAME',
    when: ({ zone, type }, { pdns }) => type === 'NSEC' && zone !== undefined && isChainWithoutEnd(zone, pdns),
  },
  ...(['bind', 'knot', 'nsd'] as const).map(
    (who): Deviation => ({
      who,
      facets: SECTIONS,
      rule: "RFC 4035 3.1.4.1, RFC 1034 4.3.2 3a: DS is the parent's also where a CNAME leads to; we and PowerDNS ask it, these stay in the child",
      when: (question, replies) => isDsOfChild(question, replies.ours, replies[who]),
    }),
  ),
  {
    who: 'ours',
    facets: ['authority'],
    rule: 'RFC 5155 7.1 and 7.2.2: below an opted-out empty non-terminal, with a wildcard above it, there is no whole proof; ours is encloser and next closer name',
    when: (question, { ours }) => isProofWithoutWildcard(question, ours),
  },
];

/** Where we are wrong and know it: what, and who is right. A row that is not used any more fails the test. */
export const KNOWN_OPEN: readonly Deviation[] = [];
