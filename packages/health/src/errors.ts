/** Every code this package throws with; the README says what to do about each. */
export const HEALTH_ERROR_CODES = [
  'ERR_HEALTH_CHECK_KEY',
  'ERR_HEALTH_CHECK_TYPE',
  'ERR_HEALTH_CHECK_VALUE',
  'ERR_HEALTH_OPTION',
  'ERR_HEALTH_TABLE_FORMAT',
  'ERR_HEALTH_TABLE_FULL',
  'ERR_HEALTH_TARGET',
  'ERR_HEALTH_TARGET_TWICE',
] as const;

export type HealthErrorCode = (typeof HEALTH_ERROR_CODES)[number];

/** Where in a definition something stands: `['check', 'expectStatus', 0]`. */
export type Path = readonly (string | number)[];

/** What the operator or the caller got wrong. A failing endpoint is never an error, but a verdict with a reason. */
export class HealthError extends Error {
  override readonly name = 'HealthError';
  readonly code: HealthErrorCode;
  /** Empty when no definition is concerned. */
  readonly path: Path;

  constructor(code: HealthErrorCode, message: string, path: Path = []) {
    super(path.length === 0 ? message : `${path.join('.')}: ${message}`);
    this.code = code;
    this.path = path;
  }
}
