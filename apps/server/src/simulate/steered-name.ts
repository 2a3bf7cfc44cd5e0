import type { Policy } from '@dnsteer/steering';
import { equalNames, formatName, lowerCaseName, parseName } from '@dnsteer/wire';
import type { Composition } from '../control/composition.ts';

export interface SteeredName {
  /** Wire name, lower case. */
  readonly name: Uint8Array;
  readonly policy: Policy;
}

/**
 * The policy of a steered name. Left out: the only one that there is.
 *
 * @throws Error with the names that there are; WireError for a text that is no name.
 */
export function steeredName(composition: Composition, text: string | undefined): SteeredName {
  const { source } = composition;
  const all = steeredNames(composition);
  const names = all.map(({ name }) => formatName(name)).join(', ');
  if (text === undefined) {
    if (all.length === 1) return all[0]!;
    throw new Error(`${source.file}: ${all.length === 0 ? 'nothing is steered' : `say which name by --name: ${names}`}`);
  }
  const name = lowerCaseName(parseName(text));
  const policy = policyOf(all, name);
  if (policy !== undefined) return { name, policy };
  throw new Error(`${source.file}: found ${formatName(name)}, expected a steered name: ${names || 'there is none'}`);
}

export function steeredNames({ zones, policies }: Composition): SteeredName[] {
  return zones.flatMap(({ steered }) => steered.map(({ owner, policy }) => ({ name: owner, policy: policies.get(policy)! })));
}

/** Of the name itself, or of the closest wildcard above it. */
export function policyOf(all: readonly SteeredName[], name: Uint8Array): Policy | undefined {
  const own = all.find((other) => equalNames(other.name, name));
  if (own !== undefined) return own.policy;
  for (let at = 0; name[at] !== undefined && name[at] !== 0; ) {
    at += name[at]! + 1;
    const wildcard = Uint8Array.of(1, 0x2a, ...name.subarray(at));
    const found = all.find((other) => equalNames(other.name, wildcard));
    if (found !== undefined) return found.policy;
  }
  return undefined;
}
