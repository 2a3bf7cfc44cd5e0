import { EDE, TYPE } from '@dnsteer/wire';
import type { Message, ResourceRecord } from '@dnsteer/wire/records';
import type { ObservedAnswer, ObservedLink } from './observed-answer.ts';
import { dataText, extendedErrors } from './record-text.ts';

/** `refused`: such a question is not answered here, of whatever name; `outside`: no zone of ours encloses the name. */
export type Found = 'steered' | 'records' | 'alias' | 'referral' | 'no data' | 'no name' | 'outside' | 'refused';

/** What one name of a chain leads to. */
export interface Link {
  /** Final dot, lower case. */
  readonly name: string;
  /** `undefined`: none of ours, or none was asked. */
  readonly zone: string | undefined;
  readonly found: Found;
  /** `TTL TYPE RDATA` of what this name adds to the answer; of a referral the NS records. */
  readonly records: readonly string[];
  /** Seconds a negative answer is kept. */
  readonly negativeTtlSeconds?: number;
  /** The name whose addresses it has, and when resolvers said so. */
  readonly aliasOf?: { readonly target: string; readonly resolvedAt?: string };
  /** The policy, and the type that it answers. */
  readonly steered?: { readonly policy: string; readonly type: string };
}

/**
 * Divides an answer among the names that it came by.
 *
 * @param name - QNAME, with its final dot.
 * @returns at least one link; the last one answers.
 */
export function linksOf({ links, message }: ObservedAnswer, name: string, qtype: number): Link[] {
  if (links.length === 0) return [{ name, zone: undefined, found: unasked(message), records: [] }];
  const told: Link[] = [];
  let answers = message.answers;
  for (const observed of links) {
    // What an alias adds ends with its CNAME: a DNAME stands in front of it.
    const end = observed.target === undefined ? answers.length : answers.findIndex(({ type }) => type === 'CNAME') + 1;
    const link = linkOf(observed, answers.slice(0, end), message, qtype);
    if (link !== undefined) told.push(link);
    answers = answers.slice(end);
  }
  const { target } = links.at(-1)!;
  return target === undefined ? told : [...told, { name: target, zone: undefined, found: 'outside', records: [] }];
}

function unasked(message: Message): Found {
  return extendedErrors(message).some(({ code }) => code === EDE.NOT_AUTHORITATIVE) ? 'outside' : 'refused';
}

/** @returns `undefined` for a name that was looked up and is not answered: one more alias, where the chain has become too long. */
function linkOf(
  { name, zone, aliasOf, choices, target }: ObservedLink,
  answers: readonly ResourceRecord[],
  message: Message,
  qtype: number,
): Link | undefined {
  const link = { name, zone, records: answers.map(dataText), ...(aliasOf && { aliasOf }) };
  const choice = choices.at(-1);
  const steered = choice && { policy: choice.policy, type: choice.type };
  if (target !== undefined || message.rcode === 'YXDOMAIN') return { ...link, found: 'alias', ...(steered && { steered }) };
  if (answers.length > 0) {
    if (steered !== undefined && choice!.decision.status === 'chosen') return { ...link, found: 'steered', steered };
    const isAlias = answers.at(-1)!.type === 'CNAME' && qtype !== TYPE.CNAME && qtype !== TYPE.ANY;
    return { ...link, found: isAlias ? 'alias' : 'records' };
  }
  const soa = message.authorities.find(({ type }) => type === 'SOA');
  if (soa !== undefined) {
    const found = steered !== undefined ? 'steered' : message.rcode === 'NXDOMAIN' ? 'no name' : 'no data';
    return { ...link, found, negativeTtlSeconds: soa.ttl!, ...(steered && { steered }) };
  }
  if (message.authorities.length > 0) return { ...link, found: 'referral', records: message.authorities.map(dataText) };
  return message.rcode === 'NOERROR' ? undefined : { ...link, found: 'refused' };
}
