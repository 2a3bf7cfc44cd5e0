import { formatAddress } from '../address.ts';
import { parseClientSubnet } from '../client.ts';
import type { Circumstances, Decision, Question } from '../decide.ts';
import type { Locator } from '../environment.ts';
import type { Figures } from '../given-figures.ts';
import type { Policy } from '../policy.ts';
import { type FakePlace, fakePlaces } from './fake-places.ts';

export type { FakePlace } from './fake-places.ts';

export interface WorldOptions {
  /** Where networks are: `{ '192.0.2.0/24': { country: 'DE', continent: 'EU' } }`. Of others nothing is known. */
  places?: Readonly<Record<string, FakePlace>>;
  /** An ISO 8601 date, or milliseconds; 0 when left out. */
  now?: string | number;
  /** For random draws; 0 when left out. */
  seed?: number;
}

export interface CrowdOptions {
  /** How many; 10,000 when left out. Each is a network of its own (a /24, or a /56 of IPv6), as far as `within` has so many. */
  clients?: number;
  /** The network that they are of; `10.0.0.0/8` when left out. */
  within?: string;
  type?: string;
  name?: string;
}

/** Where many clients went. */
export interface Crowd {
  readonly clients: number;
  /** Clients by pool, and by endpoint (`pool/endpoint`), of the first endpoint of their answer. */
  readonly counts: ReadonlyMap<string, number>;
  /** Clients without an answer. */
  readonly none: number;
  /** The pool or endpoint that a client went to first; `undefined`: none. Clients are in the same order in every crowd of the same options. */
  readonly endpoints: readonly (string | undefined)[];
}

/** A clock, places, health and chance that a test sets: the same test gives the same decisions on every machine. */
export class FakeWorld {
  /** Milliseconds. */
  nowMs: number;
  seed: number;
  readonly #locator: Locator;
  readonly #health: Record<string, 'up' | 'down'> = {};
  #feeds: Figures = {};

  constructor({ places = {}, now = 0, seed = 0 }: WorldOptions = {}) {
    this.#locator = fakePlaces(places);
    this.nowMs = timeOf(now);
    this.seed = seed;
  }

  /** Sets the clock: an ISO 8601 date, or milliseconds. @throws RangeError for a text that is no date. */
  at(now: string | number): this {
    this.nowMs = timeOf(now);
    return this;
  }

  advance(milliseconds: number): this {
    this.nowMs += milliseconds;
    return this;
  }

  /** Takes pools (`eu`) or endpoints (`eu/fra1`) down. */
  down(...ids: readonly string[]): this {
    return this.#set(ids, 'down');
  }

  /** Brings them up; an endpoint's own state wins over that of its pool. */
  up(...ids: readonly string[]): this {
    return this.#set(ids, 'up');
  }

  /**
   * Sets figures of a feed, by pool (`eu`), endpoint (`eu/fra1`) or, for the clients of a network, by pool (`{ '192.0.2.0/24': { eu: 12 } }`); they do not grow old.
   * Those that are not named stay.
   */
  feed(name: string, figures: Figures[string]): this {
    this.#feeds = { ...this.#feeds, [name]: { ...this.#feeds[name], ...figures } };
    return this;
  }

  /** Everything is up again. */
  heal(): this {
    for (const id of Object.keys(this.#health)) delete this.#health[id];
    return this;
  }

  /**
   * @param question - a client (`192.0.2.1`) who asks for A, or all of the question.
   * @param more - what differs for this decision alone.
   * @throws SteeringError for a client, or a health of a pool, that is none.
   */
  decide(policy: Policy, question: string | Question, more: Circumstances = {}): Decision {
    const whole: Question = typeof question === 'string' ? { client: question, type: 'A' } : question;
    // `locate` is the short way to say where this client is: it wins.
    const locator = more.locate === undefined ? { locator: this.#locator } : {};
    return policy.decide(whole, { health: { ...this.#health }, feeds: this.#feeds, ...locator, now: this.nowMs, seed: this.seed, ...more });
  }

  /** Asks for many clients, each with its own draw. @throws SteeringError as `decide`. */
  crowd(policy: Policy, { clients = 10_000, within = '10.0.0.0/8', type = 'A', name }: CrowdOptions = {}): Crowd {
    const counts = new Map<string, number>();
    const endpoints: (string | undefined)[] = [];
    const count = (id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
    for (let i = 0; i < clients; i++) {
      const question = { client: nthNetwork(within, i), type, ...(name !== undefined && { name }) };
      const [first] = this.decide(policy, question, { seed: this.seed + i }).endpoints;
      endpoints.push(first);
      if (first === undefined) continue;
      count(first);
      count(first.slice(0, first.indexOf('/')));
    }
    return { clients, counts, none: endpoints.filter((id) => id === undefined).length, endpoints };
  }

  #set(ids: readonly string[], state: 'up' | 'down'): this {
    for (const id of ids) this.#health[id] = state;
    return this;
  }
}

function timeOf(now: string | number): number {
  const milliseconds = typeof now === 'number' ? now : Date.parse(now);
  if (!Number.isFinite(milliseconds)) throw new RangeError(`found ${JSON.stringify(now)}, expected an ISO 8601 date, or milliseconds`);
  return milliseconds;
}

/** The `n`th /24 (/56) of a network, or its `n`th address when it is not so wide; they begin again at its end. */
function nthNetwork(within: string, n: number): string {
  const { address, family, prefixLength } = parseClientSubnet(within);
  const bits = family === 4 ? 32 : 128;
  const unit = prefixLength < (family === 4 ? 24 : 56) ? (family === 4 ? 24 : 56) : bits;
  const octets = address.slice(0, bits / 8);
  let left = n;
  for (let bit = unit - 1; bit >= prefixLength && left > 0; bit--) {
    if (left % 2 === 1) octets[bit >> 3] = octets[bit >> 3]! | (0x80 >> (bit & 7));
    left = Math.floor(left / 2);
  }
  return `${formatAddress(octets, family)}/${unit}`;
}
