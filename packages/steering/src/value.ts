import { type Owner, type Path, SteeringError, type SteeringErrorCode } from './errors.ts';
import { parseName } from './name.ts';

/** A value of a definition together with the place where it stands, so that every complaint can name both. */
export class Value {
  readonly found: unknown;
  readonly path: Path;
  readonly owner: Owner;

  constructor(found: unknown, path: Path, owner: Owner) {
    this.found = found;
    this.path = path;
    this.owner = owner;
  }

  /** For the caller to throw. */
  error(code: SteeringErrorCode, expected: string): SteeringError {
    return new SteeringError(code, this.owner, this.path, this.found, expected);
  }

  /** YAML's `- up:` gives null: nothing was said. */
  get isAbsent(): boolean {
    return this.found === undefined || this.found === null;
  }

  /** Something else in this place. */
  or(found: unknown): Value {
    return new Value(found, this.path, this.owner);
  }

  /** The value behind `key`; the caller has made sure that this is an object or a list. */
  at(key: string | number): Value {
    return new Value((this.found as Record<string | number, unknown>)[key], [...this.path, key], this.owner);
  }

  /** All keys of an object; with `allowed`, an unknown key is an error at that key. */
  keys(allowed?: readonly string[]): string[] {
    if (typeof this.found !== 'object' || this.found === null || Array.isArray(this.found)) {
      throw this.error(
        'ERR_STEERING_TYPE',
        allowed === undefined || allowed.length === 0 ? 'an object' : `an object with ${allowed.join(', ')}`,
      );
    }
    const keys = Object.keys(this.found);
    if (allowed !== undefined) {
      for (const key of keys) {
        if (!allowed.includes(key)) {
          throw this.keyError(
            key,
            'ERR_STEERING_UNKNOWN_KEY',
            allowed.length === 0 ? 'no parameters' : `one of the keys ${allowed.join(', ')}`,
          );
        }
      }
    }
    return keys;
  }

  /** The key itself is wrong, and not what stands behind it. */
  keyError(key: string, code: SteeringErrorCode, expected: string): SteeringError {
    return new SteeringError(code, this.owner, [...this.path, key], key, expected);
  }

  list(of: string): Value[] {
    if (!Array.isArray(this.found)) throw this.error('ERR_STEERING_TYPE', `a list of ${of}`);
    return this.found.map((_, index) => this.at(index));
  }

  filledList(of: string): Value[] {
    const list = this.list(of);
    if (list.length === 0) throw this.error('ERR_STEERING_EMPTY', `at least one of ${of}`);
    return list;
  }

  text(expected: string): string {
    if (typeof this.found !== 'string') throw this.error('ERR_STEERING_TYPE', expected);
    return this.found;
  }

  /** A name that an id `pool/endpoint` can be made of. */
  name(expected: string): string {
    const name = this.text(expected);
    if (name === '' || name.includes('/')) throw this.error('ERR_STEERING_NAME', `${expected}, not empty and without "/"`);
    return name;
  }

  /** A domain name, as an uncompressed wire name in lower case. */
  nameOctets(): Uint8Array {
    const expected = 'a name such as www.example.net';
    const text = this.text(expected);
    try {
      return parseName(text);
    } catch (error) {
      throw error instanceof SteeringError ? this.error('ERR_STEERING_NAME', expected) : error;
    }
  }

  number(min: number, max: number, expected: string): number {
    if (typeof this.found !== 'number') throw this.error('ERR_STEERING_TYPE', expected);
    if (!(this.found >= min && this.found <= max)) throw this.error('ERR_STEERING_RANGE', expected);
    return this.found;
  }

  integer(min: number, max: number, expected: string): number {
    const found = this.number(min, max, expected);
    if (!Number.isInteger(found)) throw this.error('ERR_STEERING_RANGE', expected);
    return found;
  }
}
