export type SteeringErrorCode =
  | 'ERR_STEERING_ADDRESS'
  | 'ERR_STEERING_CLIENT'
  | 'ERR_STEERING_DUPLICATE'
  | 'ERR_STEERING_EMPTY'
  | 'ERR_STEERING_LOCATION'
  | 'ERR_STEERING_NAME'
  | 'ERR_STEERING_RANGE'
  | 'ERR_STEERING_RDATA'
  | 'ERR_STEERING_TYPE'
  | 'ERR_STEERING_UNKNOWN_ENDPOINT'
  | 'ERR_STEERING_UNKNOWN_FILTER'
  | 'ERR_STEERING_UNKNOWN_KEY'
  | 'ERR_STEERING_UNKNOWN_POLICY'
  | 'ERR_STEERING_UNKNOWN_POOL';

export type Path = readonly (string | number)[];

/** What a path is relative to: `policy web`, `pool eu`, or an argument such as `client`. */
export interface Owner {
  readonly kind: 'policy' | 'pool' | 'argument';
  readonly name: string;
}

/**
 * A definition, or an argument, that is wrong. Made for operators: `message` says where, what was found and what was expected.
 *
 * `path` leads from the owner's definition to the value (`['chain', 1, 'geotarget', 'countries', 'CH', 0]` of a policy,
 * `['endpoints', 0, 'weight']` of a pool), so that whoever read it from YAML can name line and column;
 * `problem` is the message without the place.
 */
export class SteeringError extends Error {
  override readonly name = 'SteeringError';
  readonly code: SteeringErrorCode;
  readonly owner: Owner;
  readonly path: Path;
  readonly problem: string;

  constructor(code: SteeringErrorCode, owner: Owner, path: Path, found: unknown, expected: string) {
    const problem = `found ${quote(found)}, expected ${expected}`;
    const where = owner.kind === 'argument' ? owner.name : `${owner.kind} ${owner.name}`;
    super(`${where}${path.length === 0 ? '' : `, ${formatPath(path)}`}: ${problem}`);
    this.code = code;
    this.owner = owner;
    this.path = path;
    this.problem = problem;
  }
}

function formatPath(path: Path): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}

/** A short picture of any value; never throws, whatever a caller without types handed in. */
function quote(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : `a list of ${found.length}`;
  if (typeof found === 'object' && found !== null) return `an object with ${Object.keys(found).join(', ') || 'no keys'}`;
  return typeof found === 'string' ? JSON.stringify(found) : String(found);
}
