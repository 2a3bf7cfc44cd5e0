import { resolve } from 'node:path';
import type { Policy } from '@dnsteer/steering';
import { equalNames, formatName, isSubdomain, lowerCaseName, parseName, TYPE, typeCode, WireError } from '@dnsteer/wire';
import type { DynamicOwner } from 'dnsteer';
import type { Config, ZoneConfig } from '../config/schema.ts';
import type { Misfit, ProblemList } from './problem-list.ts';

/** A zone as configured, names and paths resolved. */
export interface ZonePlan {
  /** As the configuration has it. */
  readonly key: string;
  /** Wire name, lower case. */
  readonly apex: Uint8Array;
  readonly file: string;
  /** By dynamic id. */
  readonly steered: readonly SteeredOwner[];
  /** By the dynamic ids that follow. */
  readonly aliases: readonly AliasOwner[];
  readonly dnssec: { readonly algorithm: 'ECDSAP256SHA256' | 'ED25519'; readonly directory: string } | undefined;
}

export interface SteeredOwner {
  /** As the configuration has it. */
  readonly key: string;
  /** Wire name, lower case. */
  readonly owner: Uint8Array;
  readonly policy: string;
}

/** An owner that has the addresses of another name. */
export interface AliasOwner {
  /** As the configuration has it. */
  readonly key: string;
  /** Wire names, lower case. */
  readonly owner: Uint8Array;
  readonly target: Uint8Array;
}

/** The longest that addresses of an alias are kept. */
export const ALIAS_MAX_TTL_SECONDS = 3600;

/** The zones of a configuration; what is wrong goes to `problems`. */
export function planZones(config: Config, directory: string, problems: ProblemList): ZonePlan[] {
  const plans: ZonePlan[] = [];
  for (const [key, zone] of Object.entries(config.zones)) {
    const path = ['zones', key];
    const apex = problems.collect(() => lowerCaseName(parseName(key)), wireMisfit(path));
    if (apex === undefined) continue;
    const same = plans.find((plan) => equalNames(plan.apex, apex));
    if (same !== undefined) problems.add({ path, message: `${formatName(apex)} is there already, as ${JSON.stringify(same.key)}` });
    const steered = steeredOwners(zone, apex, [...path, 'steer'], problems);
    plans.push({
      key,
      apex,
      file: resolve(directory, zone.file),
      steered,
      aliases: aliasOwners(zone, apex, steered, [...path, 'alias'], problems),
      dnssec: zone.dnssec === false ? undefined : { algorithm: zone.dnssec.algorithm, directory: resolve(directory, zone.dnssec.keys) },
    });
  }
  return plans;
}

function steeredOwners(zone: ZoneConfig, apex: Uint8Array, path: readonly PropertyKey[], problems: ProblemList): SteeredOwner[] {
  const steered: SteeredOwner[] = [];
  for (const [text, policy] of Object.entries(zone.steer)) {
    const at = [...path, text];
    const owner = problems.collect(() => lowerCaseName(text === '@' ? apex : parseName(text, apex)), wireMisfit(at));
    if (owner === undefined) continue;
    if (!isSubdomain(owner, apex))
      problems.add({ path: at, message: `found ${formatName(owner)}, expected a name in ${formatName(apex)}` });
    else if (steered.some((other) => equalNames(other.owner, owner)))
      problems.add({ path: at, message: `${formatName(owner)} is steered already` });
    else steered.push({ key: text, owner, policy });
  }
  return steered;
}

function aliasOwners(
  zone: ZoneConfig,
  apex: Uint8Array,
  steered: readonly SteeredOwner[],
  path: readonly PropertyKey[],
  problems: ProblemList,
): AliasOwner[] {
  const aliases: AliasOwner[] = [];
  for (const [text, targetText] of Object.entries(zone.alias)) {
    const at = [...path, text];
    const owner = problems.collect(() => lowerCaseName(text === '@' ? apex : parseName(text, apex)), wireMisfit(at));
    const target = problems.collect(() => lowerCaseName(parseName(targetText)), wireMisfit(at));
    if (owner === undefined || target === undefined) continue;
    if (!isSubdomain(owner, apex))
      problems.add({ path: at, message: `found ${formatName(owner)}, expected a name in ${formatName(apex)}` });
    else if (steered.some((other) => equalNames(other.owner, owner)))
      problems.add({ path: at, message: `${formatName(owner)} is steered, so expected no alias there` });
    else if (aliases.some((other) => equalNames(other.owner, owner)))
      problems.add({ path: at, message: `${formatName(owner)} is an alias already` });
    else if (equalNames(owner, target))
      problems.add({ path: at, message: `found ${formatName(target)}, expected another name than the alias itself` });
    else aliases.push({ key: text, owner, target });
  }
  return aliases;
}

function wireMisfit(path: readonly PropertyKey[]) {
  return (error: unknown): Misfit | undefined => (error instanceof WireError ? { path, message: error.message } : undefined);
}

/** What a zone file doesn't say: the owners that policies answer, and aliases. */
export function dynamicOwners(plan: ZonePlan, policies: ReadonlyMap<string, Policy>): DynamicOwner[] {
  const steered = plan.steered.map(({ owner, policy: name }, dynamicId) => {
    const policy = policies.get(name)!;
    return { owner, types: policy.ownerTypes().map((type) => typeCode(type)!), dynamicId, maxTtlSeconds: policy.maxTtlSeconds };
  });
  const aliases = plan.aliases.map(({ owner }, i) => ({
    owner,
    types: [TYPE.A, TYPE.AAAA],
    dynamicId: plan.steered.length + i,
    maxTtlSeconds: ALIAS_MAX_TTL_SECONDS,
  }));
  return [...steered, ...aliases];
}
