import type { Value } from './value.ts';

const MOST_SECONDS = 31_536_000;

/** `maxAge` of `parameters`, in milliseconds. @param seconds - when it is left out. */
export function readMaxAge(parameters: Value, seconds: number): number {
  const given = parameters.at('maxAge');
  return 1000 * (given.isAbsent ? seconds : given.number(1, MOST_SECONDS, `seconds from 1 to ${MOST_SECONDS}`));
}
