import type { z } from 'zod';
import { expectationAt, shapesAt } from './expectation.ts';
import type { Problem } from './problem.ts';
import type { ConfigSource } from './source.ts';

/** Where the values stand. */
type Source = Pick<ConfigSource, 'value' | 'problem'>;

type Issue = z.core.$ZodIssue;

/** What the schema refused, in our words: where, what was found, what was expected. */
export function mismatches(issue: Issue, source: Source): Problem[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return mixture(path, source) ?? unknownKeys(path, issue.keys, source);
    case 'invalid_union':
      return mixture(path, source) ?? choiceMismatches(issue, source);
    case 'invalid_key':
      return [source.problem(path, `found ${foundText(path.at(-1))}, ${own(issue.issues[0]?.message) ?? 'expected another name'}`, true)];
    default:
      return [mismatch(path, own(issue.message), source)];
  }
}

function unknownKeys(path: readonly PropertyKey[], keys: readonly string[], source: Source): Problem[] {
  const known = [...new Set(shapesAt(path).flat())].join(', ');
  return keys.map((key) => source.problem([...path, key], `unknown key; expected one of ${known}`, true));
}

/** Keys of one shape beside those of another. */
function mixture(path: readonly PropertyKey[], source: Source): Problem[] | undefined {
  const found = valueAt(path, source);
  if (typeof found !== 'object' || found === null) return undefined;
  const shapes = shapesAt(path);
  const isIn = (shape: readonly string[]) => Object.keys(found).every((key) => shape.includes(key));
  if (!isIn(shapes.flat()) || shapes.some(isIn)) return undefined;
  return [mismatch(path, `expected either ${shapes.map((shape) => shape.join(' and ')).join(', or ')}`, source)];
}

/** Of a choice between shapes, the one that is meant says what is wrong; when that can't be told, all are named. */
function choiceMismatches(issue: Issue & { code: 'invalid_union' }, source: Source): Problem[] {
  const fitting = issue.errors.filter((issues) => !issues.some(isOtherKind));
  const fewest = Math.min(...fitting.map(countUnknownKeys));
  const [meant, ...others] = fitting.filter((issues) => countUnknownKeys(issues) === fewest);
  if (meant === undefined || (others.length > 0 && fewest === 0)) return [mismatch(issue.path, own(issue.message), source)];
  // With as many keys that no shape knows, these are all that can be told.
  const telling = others.length === 0 ? meant : meant.filter(({ code }) => code === 'unrecognized_keys');
  return telling.flatMap((inner) => mismatches({ ...inner, path: [...issue.path, ...inner.path] }, source));
}

/** It is no map, or no list, or none of the words. */
function isOtherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union');
}

function countUnknownKeys(issues: readonly Issue[]): number {
  return issues.reduce(
    (count, issue) => count + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  );
}

function mismatch(path: readonly PropertyKey[], expected: string | undefined, source: Source): Problem {
  return source.problem(path, `found ${foundText(valueAt(path, source))}, ${expected ?? expectationAt(path)}`);
}

function valueAt(path: readonly PropertyKey[], { value }: Source): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
}

/** A message of the schema's rows; the library's own tell nothing to people who never saw its words. */
function own(message: string | undefined): string | undefined {
  return message?.startsWith('expected ') ? message : undefined;
}

const MAX_FOUND_LENGTH = 120;

function foundText(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (typeof found === 'number') return String(found);
  let text: string;
  try {
    text = JSON.stringify(found);
  } catch {
    // An anchor inside of which its own alias stands.
    return 'what contains itself';
  }
  return text.length > MAX_FOUND_LENGTH ? `${text.slice(0, MAX_FOUND_LENGTH)}...` : text;
}
