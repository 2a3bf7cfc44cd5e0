import type { Compilation, Filter, FilterKind } from '../filter.ts';
import { readMaxAge } from '../max-age.ts';
import type { Reading } from '../reading.ts';
import { hashId, mix32 } from '../rendezvous.ts';
import type { Run } from '../run.ts';
import { BY_CHANCE, readClient, readFlag, readingsOf, refusePrefixes, type StickyKey } from '../sticky-key.ts';
import type { Value } from '../value.ts';

/** Load below `low` sheds nobody, load of `high` and more sheds everybody; between them a share that grows with the load. */
interface Watermarks {
  low: number;
  high: number;
}

export interface ShedParameters extends Watermarks {
  /** The feed that tells the load of pools and endpoints; `load` when left out. */
  feed?: string;
  /** Other watermarks for some, by pool (`eu`) or endpoint (`eu/fra1`). */
  marks?: Readonly<Record<string, Watermarks>>;
  /** Seconds after which a figure counts no more; 60 when left out. */
  maxAge?: number;
  /** Who is shed is told by a hash of the client's subnet, and not drawn. */
  sticky?: boolean;
  /** Bits of an IPv4 client that count: 1-32, 24 when left out. */
  ipv4Prefix?: number;
  /** Bits of an IPv6 client that count: 1-128, 56 when left out. */
  ipv6Prefix?: number;
}

/** Sends clients away from who is overloaded, the more the higher the load; where nobody would be left, all stay. */
export const shed: FilterKind<'shed', ShedParameters> = {
  name: 'shed',
  compile(parameters, compilation) {
    parameters.keys(['feed', 'low', 'high', 'marks', 'maxAge', 'sticky', 'ipv4Prefix', 'ipv6Prefix']);
    const isSticky = readFlag(parameters.at('sticky'));
    if (!isSticky) refusePrefixes(parameters, 'no prefix without sticky: true');
    const feed = parameters.at('feed');
    const name = feed.isAbsent ? 'load' : feed.name('the name of a feed');
    return new Shed(
      name,
      readMarks(parameters, compilation),
      readMaxAge(parameters, 60),
      isSticky ? readClient(parameters) : BY_CHANCE,
      compilation,
    );
  },
};

/** By subject: the pools, then the endpoints. */
function readMarks(parameters: Value, { roster }: Compilation): { low: Float64Array; high: Float64Array } {
  const { low, high } = readWatermarks(parameters);
  const pools = roster.poolNames.length;
  const marks = {
    low: new Float64Array(pools + roster.ids.length).fill(low),
    high: new Float64Array(pools + roster.ids.length).fill(high),
  };
  const own = parameters.at('marks');
  const set = (subject: number, given: Watermarks) => {
    marks.low[subject] = given.low;
    marks.high[subject] = given.high;
  };
  // An endpoint's own hold, wherever they stand.
  const keys = own.isAbsent ? [] : own.keys().sort((a, b) => Number(a.includes('/')) - Number(b.includes('/')));
  for (const key of keys) {
    own.at(key).keys(['low', 'high']);
    const given = readWatermarks(own.at(key));
    const pool = roster.poolNames.indexOf(key);
    const endpoint = roster.ids.indexOf(key);
    if (pool < 0 && endpoint < 0)
      throw own.keyError(
        key,
        'ERR_STEERING_UNKNOWN_POOL',
        `one of the policy's pools, ${roster.poolNames.join(', ')}, or an endpoint of theirs, ${roster.ids[0]}`,
      );
    if (endpoint >= 0) set(pools + endpoint, given);
    else {
      set(pool, given);
      for (let i = roster.poolStarts[pool]!; i < roster.poolStarts[pool + 1]!; i++) set(pools + i, given);
    }
  }
  return marks;
}

function readWatermarks(value: Value): Watermarks {
  const low = value.at('low').number(0, 1e12, 'a load from 0 to 1000000000000');
  const high = value.at('high').number(0, 1e12, 'a load from 0 to 1000000000000');
  if (high < low) throw value.at('high').error('ERR_STEERING_RANGE', `no less than low, which is ${low}`);
  return { low, high };
}

const DRAWS = 4294967296;
const UNASKED = -1;
const GOES = 0;
const STAYS = 1;

class Shed implements Filter {
  readonly name = 'shed';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly feed: string;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly maxAgeMs: number;
  private readonly by: StickyKey | typeof BY_CHANCE;
  /** All that follow are by subject: the pools, then the endpoints. */
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly figures: Float64Array;
  private readonly shares: Float64Array;
  private readonly fates: Int8Array;
  private readonly pools: number;
  /** By endpoint. */
  private readonly stays: Uint8Array;

  constructor(
    feed: string,
    marks: { low: Float64Array; high: Float64Array },
    maxAgeMs: number,
    by: StickyKey | typeof BY_CHANCE,
    { roster, feedSlot }: Compilation,
  ) {
    const subjects = [...roster.poolNames, ...roster.ids];
    this.feed = feed;
    this.low = marks.low;
    this.high = marks.high;
    this.maxAgeMs = maxAgeMs;
    this.by = by;
    this.reads = ['feed', ...readingsOf(by)];
    this.slots = Int32Array.from(subjects, (id) => feedSlot(feed, id));
    this.hashes = Int32Array.from(subjects, hashId);
    this.figures = new Float64Array(subjects.length);
    this.shares = new Float64Array(subjects.length);
    this.fates = new Int8Array(subjects.length);
    this.pools = roster.poolNames.length;
    this.stays = new Uint8Array(roster.ids.length);
  }

  apply(run: Run): void {
    const { candidates, roster } = run;
    run.figures(this.slots, this.maxAgeMs, this.figures);
    this.fates.fill(UNASKED);
    let hash = 0;
    let isHashed = false;
    let left = 0;
    for (let i = 0; i < candidates.count; i++) {
      const endpoint = candidates.endpoints[i]!;
      const subject = this.subjectOf(endpoint, roster.poolOf[endpoint]!);
      if (this.fates[subject] === UNASKED) {
        this.writeShare(subject);
        const share = this.shares[subject]!;
        // The load may be another at any moment.
        if (share > 0) run.holdUntil(Number.NEGATIVE_INFINITY);
        if (share > 0 && share < 1 && this.by !== BY_CHANCE && !isHashed) {
          hash = this.by.hash(run);
          isHashed = true;
        }
        this.fates[subject] =
          share <= 0 ? STAYS : share >= 1 ? GOES : (this.drawOf(run, subject, hash) >>> 0) / DRAWS < share ? GOES : STAYS;
      }
      this.stays[endpoint] = this.fates[subject]!;
      left += this.stays[endpoint]!;
    }
    if (run.recorder !== undefined) run.reason = this.explain(run, left);
    if (left > 0) candidates.keepFlagged(this.stays);
    // Whether all stay hangs on who else is there.
    else run.poolsDepend = true;
  }

  /** The endpoint where it has a figure of its own, else its pool. */
  private subjectOf(endpoint: number, pool: number): number {
    const own = this.pools + endpoint;
    return Number.isNaN(this.figures[own]!) ? pool : own;
  }

  /** Of the clients that it loses; none without a figure. Written, as a number that is not small would be an object where it is returned. */
  private writeShare(subject: number): void {
    const load = this.figures[subject]!;
    const low = this.low[subject]!;
    const high = this.high[subject]!;
    this.shares[subject] = load >= high ? 1 : load > low ? (load - low) / (high - low) : 0;
  }

  private drawOf(run: Run, subject: number, hash: number): number {
    const isDrawn = this.by === BY_CHANCE || Number.isNaN(hash);
    return isDrawn ? run.random() : mix32(hash ^ this.hashes[subject]!);
  }

  private explain({ candidates, roster }: Run, left: number): string {
    const parts = new Map<number, string>();
    let others = 0;
    for (let i = 0; i < candidates.count; i++) {
      const endpoint = candidates.endpoints[i]!;
      const pool = roster.poolOf[endpoint]!;
      const subject = this.subjectOf(endpoint, pool);
      const share = this.shares[subject]!;
      if (share <= 0) others++;
      else {
        const name = subject < this.pools ? roster.poolNames[pool] : roster.ids[endpoint];
        const fate = this.fates[subject] === GOES ? 'goes' : 'stays';
        parts.set(subject, `${name} ${this.figures[subject]} sheds ${Math.round(share * 1000) / 10} % and ${fate}`);
      }
    }
    if (parts.size === 0) return `no ${this.feed} of a candidate is known to be over its low watermark`;
    const who = [...parts.values(), ...(others > 0 ? [`${others} other${others > 1 ? 's are' : ' is'} not over`] : [])].join(', ');
    return `${this.feed}: ${who}${left === 0 ? '; nobody would be left, so all stay' : ''}`;
  }
}
