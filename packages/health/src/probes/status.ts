import type { Fields } from '../fields.ts';

/** Accepted HTTP status codes: a code, a range, or several: `200`, `'200-299'`, `[200, '300-399']`. */
export type ExpectStatus = number | string | readonly (number | string)[];

export interface StatusSet {
  has(status: number): boolean;
  /** '200', '200-299 or 404'. */
  readonly text: string;
}

/** Reads `key`; 200 when left out. A redirect is an answer like any other: it is never followed. */
export function readStatusSet(fields: Fields, key: string): StatusSet {
  const value = fields.raw(key, 200);
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const ranges = items.map(rangeOf);
  if (ranges.length === 0 || ranges.some((range) => range === undefined)) {
    throw fields.expected(key, "status codes like 200, '200-299' or [200, 404]");
  }
  return {
    has: (status) => ranges.some((range) => range !== undefined && status >= range.first && status <= range.last),
    text: items.map(String).join(' or '),
  };
}

function rangeOf(item: unknown): { first: number; last: number } | undefined {
  const [, first, last = first] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(item)) ?? [];
  if (typeof item === 'object' || first === undefined) return undefined;
  const range = { first: Number(first), last: Number(last) };
  return range.first >= 100 && range.first <= range.last && range.last <= 599 ? range : undefined;
}
