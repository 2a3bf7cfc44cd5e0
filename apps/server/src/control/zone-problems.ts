import { formatName, lowerCaseName, typeCode, typeText } from '@dnsteer/wire';
import type { ZoneBuilder } from '@dnsteer/zone';
import { ConfigError, type Problem } from '../config/problem.ts';
import type { Composition } from './composition.ts';
import type { SteeredOwner, ZonePlan } from './zone-plan.ts';

// What a zone file and the configuration don't agree on is told with its place in the configuration: that is where it is mended.

/** As packages tell it: ZoneError, ZoneBuildError. */
interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly code?: string;
  /** Lower case, final dot. */
  readonly owner?: string;
}

/** Codes of what is wrong with an owner that a policy answers. */
const OF_STEERED: ReadonlySet<string | undefined> = new Set(['ERR_ZONE_DYNAMIC_PLACE', 'ERR_ZONE_CNAME_AND_OTHER']);

/** The same error; where its problems have no line in a zone file, a ConfigError with the places that the configuration has for them. */
export function placedError(error: unknown, composition: Pick<Composition, 'policies' | 'source' | 'zones'>): unknown {
  const { problems } = error as { problems?: readonly FileProblem[] };
  if (!Array.isArray(problems) || problems.length === 0) return error;
  return new ConfigError(
    'ERR_CONFIG_FILE',
    problems.map((problem: FileProblem) => placed(problem, composition)),
  );
}

function placed(
  { file, line, column, message, code, owner }: FileProblem,
  { policies, source, zones }: Pick<Composition, 'policies' | 'source' | 'zones'>,
): Problem {
  const aliased = code === 'ERR_ZONE_CNAME_AND_OTHER' ? mayBeAlias(file, owner, policies, zones) : undefined;
  if (line > 0 && aliased !== undefined)
    return source.problem(
      aliased.path,
      `policy ${aliased.policy} may answer a CNAME, which stands alone (RFC 1034 3.6.2): ${message} (${file}:${line})`,
    );
  const plan = line > 0 ? undefined : zones.find((zone) => zone.file === file);
  if (plan === undefined) return { file, line, column, where: '', message };
  const steered = OF_STEERED.has(code) ? plan.steered.find((one) => formatName(one.owner) === owner) : undefined;
  if (steered !== undefined) return source.problem(['zones', plan.key, 'steer', steered.key], message);
  return source.problem(['zones', plan.key, 'file'], message);
}

/** The place of the policy that answers the owner, if that has endpoints that are aliases. */
function mayBeAlias(
  file: string,
  owner: string | undefined,
  policies: Composition['policies'],
  zones: Composition['zones'],
): { readonly path: PropertyKey[]; readonly policy: string } | undefined {
  const plan = zones.find((zone) => zone.file === file);
  const steered = plan?.steered.find((one) => formatName(one.owner) === owner);
  if (plan === undefined || steered === undefined || !policies.get(steered.policy)!.ownerTypes().includes('CNAME')) return undefined;
  return { path: ['zones', plan.key, 'steer', steered.key], policy: steered.policy };
}

/** What is likely not meant in a zone file, as one line with its code. */
export function fileWarning({ file, line, column, message, code }: FileProblem): Problem {
  return { file, line, column, where: '', message: `${message} [${code}]` };
}

/**
 * Address records of the zone file that nobody gets, because a policy answers for their owner.
 *
 * @param builder - as read, without the dynamic owners.
 */
export function hiddenRecords(builder: ZoneBuilder, plan: ZonePlan, { policies, source }: Composition): Problem[] {
  const steered = new Map<string, SteeredOwner>(plan.steered.map((one) => [formatName(one.owner), one]));
  if (steered.size === 0) return [];
  const problems: Problem[] = [];
  for (const { owner, type } of builder.rrsets()) {
    const found = steered.get(formatName(lowerCaseName(owner)));
    if (
      found === undefined ||
      !policies
        .get(found.policy)!
        .ownerTypes()
        .some((text) => typeCode(text) === type)
    )
      continue;
    const message = `${formatName(found.owner)} ${typeText(type)} in the zone file is not answered: policy ${found.policy} answers`;
    problems.push(source.problem(['zones', plan.key, 'steer', found.key], message));
  }
  return problems;
}
