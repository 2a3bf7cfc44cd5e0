import type { AnswerStatus } from '@dnsteer/router';
import { nameLength, QNAME, RCODE, SECTION, TYPE } from '@dnsteer/wire';
import type { Lookup } from './lookup.ts';
import { followTarget } from './positive.ts';
import { finish, truncate, writeRrset } from './write.ts';

const MAX_NAME_OCTETS = 255;
const QUESTION_AT = 12;

/**
 * Answers for a name below a DNAME (RFC 6672 3.2): the DNAME, and a CNAME that it stands for.
 *
 * @param node - owner of the DNAME, an ancestor of SNAME.
 */
export function substitute(lookup: Lookup, node: number): AnswerStatus {
  const { exchange, image } = lookup;
  const { response } = exchange;
  const row = image.rrset(node, TYPE.DNAME);
  const ttlSeconds = image.rrsetTtl(row);
  const dnameAt = image.ownerAt(node);
  if (!exchange.mayFollow) return finish(exchange);
  const fitsName = buildTarget(lookup, node, image.rrsetAt(row) + 2);
  // Also of a response without room for the DNAME (TC).
  if (!fitsName) response.rcode = RCODE.YXDOMAIN;
  if (exchange.passesFirst(image.octets, dnameAt) && !writeRrset(lookup, SECTION.ANSWER, image.octets, dnameAt, row, ttlSeconds))
    return truncate(exchange);
  if (!fitsName) return finish(exchange);
  // No RRSIG: validators make the CNAME themselves (RFC 6672 5.3.1). Its TTL is that of the DNAME (RFC 6672 3.1).
  if (!response.rrset(SECTION.ANSWER, exchange.owner, exchange.ownerAt, TYPE.CNAME, ttlSeconds, lookup.rdatas.octets, 0, 1))
    return truncate(exchange);
  // Whoever asks for the CNAME, or for anything, has it (RFC 1034 3.6.2).
  if (exchange.qtype === TYPE.CNAME || exchange.qtype === TYPE.ANY) return finish(exchange);
  return followTarget(lookup, lookup.rdatas.octets, 0);
}

/**
 * Builds the CNAME's RDATA in `lookup.rdatas`: the labels of the owner name in front of the DNAME's owner, then the DNAME's target.
 *
 * @returns false when that name would be too long (RFC 6672 2.2).
 */
function buildTarget(lookup: Lookup, node: number, dnameTargetAt: number): boolean {
  const { exchange, image, rdatas } = lookup;
  const prefixOctets = exchange.sname.length - nameLength(image.octets, image.ownerAt(node));
  const targetOctets = nameLength(image.octets, dnameTargetAt);
  const length = prefixOctets + targetOctets;
  if (length > MAX_NAME_OCTETS) return false;
  // The case of the labels is the client's.
  const isQname = exchange.ownerAt === QNAME;
  const owner = isQname ? exchange.query.packet : exchange.owner;
  const ownerAt = isQname ? QUESTION_AT : exchange.ownerAt;
  rdatas.clear();
  const at = rdatas.reserve(length);
  const { octets } = rdatas;
  for (let i = 0; i < prefixOctets; i++) octets[at + i] = owner[ownerAt + i];
  for (let i = 0; i < targetOctets; i++) octets[at + prefixOctets + i] = image.octets[dnameTargetAt + i];
  return true;
}
