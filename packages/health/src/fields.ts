import { HealthError, type HealthErrorCode, type Path } from './errors.ts';

/**
 * The keys of a definition, read one by one: each with its default and what is expected of it. What nobody has read
 * is an unknown key; what was read is the identity of the definition.
 *
 * Every method throws HealthError ERR_HEALTH_CHECK_VALUE with the path of its key.
 */
export class Fields {
  readonly path: Path;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #read = new Map<string, unknown>();

  constructor(values: unknown, path: Path) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new HealthError('ERR_HEALTH_CHECK_VALUE', `expected keys and values, got ${show(values)}`, path);
    }
    this.path = path;
    this.#values = values as Readonly<Record<string, unknown>>;
  }

  /** A whole number from `least` to `most`. */
  integer(key: string, least: number, most: number, fallback?: number): number {
    const value = this.#value(key, fallback);
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw this.expected(key, `a whole number from ${least} to ${most}`);
    }
    return value as number;
  }

  number(key: string, least: number, most: number, fallback?: number): number {
    const value = this.#value(key, fallback);
    if (typeof value !== 'number' || !(value >= least && value <= most)) throw this.expected(key, `a number from ${least} to ${most}`);
    return value;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#value(key, fallback);
    if (typeof value !== 'boolean') throw this.expected(key, 'true or false');
    return value;
  }

  oneOf<Choice extends string>(key: string, choices: readonly Choice[], fallback?: Choice): Choice {
    const value = this.#value(key, fallback);
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw this.expected(key, choices.join(' or '));
    return choice;
  }

  /** @param what - for people: what text that matches `pattern` is. */
  text(key: string, pattern: RegExp, what: string, fallback: string): string;
  text(key: string, pattern: RegExp, what: string): string | undefined;
  text(key: string, pattern: RegExp, what: string, fallback?: string): string | undefined {
    const value = this.#value(key, fallback);
    // The default need not match: '' for 'nothing given' is not for people to write.
    if (!this.#isWritten(key)) return fallback;
    if (typeof value !== 'string' || !pattern.test(value)) throw this.expected(key, what);
    return value;
  }

  /** The value as it stands, for a reader that knows its shape. */
  raw(key: string, fallback?: unknown): unknown {
    return this.#value(key, fallback);
  }

  /** The error to throw when the value of `key` isn't what it should be. */
  expected(key: string, what: string, code: HealthErrorCode = 'ERR_HEALTH_CHECK_VALUE'): HealthError {
    return new HealthError(code, `expected ${what}, got ${show(this.#values[key])}`, [...this.path, key]);
  }

  /** @throws HealthError ERR_HEALTH_CHECK_KEY when a key is left that nobody read. */
  refuseOthers(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#read.has(key) || this.#values[key] === undefined) continue;
      const known = [...this.#read.keys()].sort().join(', ');
      throw new HealthError('ERR_HEALTH_CHECK_KEY', `unknown key; known here: ${known}`, [...this.path, key]);
    }
  }

  /** Equal for definitions that mean the same, whatever the order of keys and the defaults left out. */
  identity(): string {
    return JSON.stringify([...this.#read].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #value(key: string, fallback: unknown): unknown {
    const value = this.#isWritten(key) ? this.#values[key] : fallback;
    this.#read.set(key, value);
    return value;
  }

  #isWritten(key: string): boolean {
    return this.#values[key] !== undefined && this.#values[key] !== null;
  }
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value) : String(value);
  return text.length > 60 ? text.slice(0, 57) + '...' : text;
}
