/**
 * What a filter may look at beside the candidates that it is given.
 *
 * - `location`: where the client is (`run.location()`)
 * - `subnet`: who the client is (`run.subnetHash()`)
 * - `qname`: which name is asked for (`run.qnameHash()`)
 * - `health`: what the health view says (`run.health`)
 * - `feed`: figures from outside (`run.figures()`)
 * - `time`: the time of the query (`run.nowMs()`)
 * - `random`: a draw (`run.random()`)
 */
export type Reading = 'location' | 'subnet' | 'qname' | 'health' | 'feed' | 'time' | 'random';

export const LOCATION = 1;
export const SUBNET = 2;
export const HEALTH = 4;
export const TIME = 8;
export const RANDOM = 16;
export const QNAME = 32;
export const FEED = 64;

const BITS: Readonly<Record<Reading, number>> = {
  location: LOCATION,
  subnet: SUBNET,
  health: HEALTH,
  time: TIME,
  random: RANDOM,
  qname: QNAME,
  feed: FEED,
};

/** What the same class of clients shares for as long as the health view stays at one revision. */
export const LASTING = LOCATION | HEALTH;

export function readingBits(reads: readonly Reading[]): number {
  return reads.reduce((bits, reading) => bits | BITS[reading], 0);
}
