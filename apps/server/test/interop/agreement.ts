import { type DigRecord, type DigReply, recordLines } from '../../../../tooling/testkit/index.ts';

/** What is compared of a response: everything but header id, RA and EDNS. */
export function facts(reply: DigReply) {
  return {
    rcode: reply.rcode,
    aa: reply.flags.includes('aa'),
    tc: reply.flags.includes('tc'),
    answer: recordLines(reply.answer, { ttl: true }),
    authority: recordLines(reply.authority, { ttl: true }),
    additional: recordLines(reply.additional, { ttl: true }),
  };
}

/**
 * Whether our response is the one that Knot gives, or the one that BIND gives but for what no RFC asks for:
 *
 * - BIND puts the apex NS RRset, and its addresses, behind an answer. RFC 1034 4.3.2 has no such step, RFC 2181 5.4.1 calls such data additional to the
 *   answer, and BIND itself leaves it out with `minimal-responses yes`.
 */
export function agrees(ours: DigReply, bind: DigReply, knot: DigReply): boolean {
  const own = facts(ours);
  if (same(own, facts(knot))) return true;
  if (bind.answer.length === 0) return same(own, facts(bind));
  const { additional: _, ...ofBind } = facts({ ...bind, authority: bind.authority.filter((record) => !isNs(record)) });
  const { additional: __, ...rest } = own;
  return same(rest, ofBind);
}

function isNs({ type, rdata }: DigRecord): boolean {
  return type === 'NS' || (type === 'RRSIG' && rdata.startsWith('NS '));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
