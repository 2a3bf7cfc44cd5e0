import { applyFilters } from './chain.ts';
import { CHOSEN, type Choice, NONE } from './choice.ts';
import type { ClientSubnet } from './client.ts';
import type { CompiledPolicy } from './compile.ts';
import type { Environment } from './environment.ts';
import { LAST_REASON, LastGood } from './last-good.ts';
import { A, AAAA, CNAME } from './roster.ts';
import { Run } from './run.ts';
import type { Recorder } from './trace.ts';

/** Whom the chain chooses from, one after the other for as long as nobody is left. */
const CANDIDATES = 0;
const FALLBACK = 1;
const ALL_AS_UP = 2;
export type Stage = typeof CANDIDATES | typeof FALLBACK | typeof ALL_AS_UP;

/** Runs the chain of one policy: what a decision is, with nothing remembered. */
export class Engine {
  readonly compiled: CompiledPolicy;
  readonly run: Run;
  /** Whose turn it is in this decision. */
  stage: Stage = CANDIDATES;
  /** By type: the candidates, and those of the fallback pool. */
  readonly members: readonly Int32Array[];
  readonly fallback: readonly Int32Array[];
  private readonly lastGood: LastGood;
  /** Other clients may get what this one has not, and a denial is for them all: it must not be kept for long. */
  private readonly deniesBriefly: boolean;

  constructor(compiled: CompiledPolicy) {
    const { roster, candidatePools, fallbackPool } = compiled;
    this.compiled = compiled;
    this.run = new Run(roster);
    this.deniesBriefly =
      !compiled.prefersSource && compiled.filters.some(({ reads }) => reads.includes('location') || reads.includes('subnet'));
    this.lastGood = new LastGood(roster.ids.length);
    this.members = roster.types.map((_, type) => roster.membersOf(0, candidatePools, type));
    this.fallback = roster.types.map((_, type) => roster.poolMembers(fallbackPool, type));
  }

  private get answersNobody(): boolean {
    const { allDown } = this.compiled;
    return allDown === 'none' || allDown === 'servfail';
  }

  decide(client: ClientSubnet, type: number, environment: Environment, out: Choice, recorder: Recorder | undefined): void {
    this.begin(client, type, environment, recorder);
    if (this.run.candidates.count > 0) this.settle(0, this.compiled.filters.length);
    this.conclude(out);
  }

  /** Loads the candidates that can answer the type: none, and there is nothing to decide. @param type - its place in `roster.types`. */
  begin(client: ClientSubnet, type: number, environment: Environment, recorder: Recorder | undefined): void {
    const { run } = this;
    run.begin(client, type, environment, recorder);
    this.stage = CANDIDATES;
    run.candidates.load(this.members[type]!);
    if (recorder !== undefined) this.recordType(recorder);
  }

  /** Applies the filters `from` to `to` - 1, then, while nobody is left, those before `to` to the candidates of the next stage. */
  settle(from: number, to: number): void {
    this.applyChain(from, to);
    while (this.run.candidates.count === 0 && this.nextStage()) this.applyChain(0, to);
  }

  /** Writes what was decided to `out`. */
  conclude(out: Choice): void {
    const { run } = this;
    out.allDown = run.isLastResort || (this.answersNobody && run.candidates.count === 0 && this.members[run.type]!.length > 0);
    out.remembered = undefined;
    if (run.candidates.count === 0) this.answerNone(out);
    else this.answer(out);
  }

  private applyChain(from: number, to: number): void {
    applyFilters(this.run, this.compiled.filters, from, to);
  }

  /** No candidate was left: Route 53 counts all as healthy then, Cloudflare has a fallback pool; `allDown` says which. */
  private nextStage(): boolean {
    const { run } = this;
    const { allDown } = this.compiled;
    if (this.stage === ALL_AS_UP) return false;
    if (this.answersNobody) {
      const what = allDown === 'servfail' ? 'the policy fails' : 'the policy answers none';
      run.recorder?.step('allDown', [], [], `no candidate is left, and ${what}`);
      return false;
    }
    run.isLastResort = true;
    if (allDown === 'all' || allDown === 'last') {
      this.stage = ALL_AS_UP;
      run.candidates.load(this.members[run.type]!);
      const areSome = allDown === 'last' && this.lastGood.keep(run);
      run.recorder?.step('allDown', [], run.tiers(), `no candidate is left: ${areSome ? LAST_REASON : 'all count as up'}`);
    } else {
      const { pool } = allDown as { pool: string };
      const isFirst = this.stage === CANDIDATES;
      this.stage = isFirst ? FALLBACK : ALL_AS_UP;
      run.candidates.load(this.fallback[run.type]!);
      const what = isFirst ? `no candidate is left: pool ${pool} takes over` : `pool ${pool} is down too: its endpoints count as up`;
      run.recorder?.step('allDown', [], run.tiers(), what);
    }
    run.countsAllAsUp = this.stage === ALL_AS_UP;
    return true;
  }

  private answer(out: Choice): void {
    const { run } = this;
    const { candidates, roster } = run;
    const first = candidates.endpoints[0]!;
    const isAlias = roster.isAlias[first] === 1;
    const values = roster.values[isAlias ? CNAME : run.type]!;
    if (out.endpoints.length < candidates.count) out.endpoints = new Int32Array(candidates.count);
    let endpoints = 0;
    let addresses = 0;
    let ownTtl: number = this.compiled.maxTtlSeconds;
    let ownTtlEndpoint = -1;
    // An alias answers alone (RFC 1034 3.6.2); behind an endpoint with records of its own no alias is answered.
    const count = isAlias ? 1 : candidates.count;
    for (let i = 0; i < count; i++) {
      const endpoint = candidates.endpoints[i]!;
      if (!isAlias && roster.isAlias[endpoint] === 1) continue;
      if (roster.ttls[endpoint]! < ownTtl) {
        ownTtl = roster.ttls[endpoint]!;
        ownTtlEndpoint = endpoint;
      }
      const own = values[endpoint]!;
      if (own.length > 0) out.endpoints[endpoints++] = endpoint;
      for (let a = 0; a < own.length; a++) {
        if (roster.sharesValues && hasAddress(out, addresses, own[a]!)) continue;
        out.addresses[addresses++] = own[a]!;
      }
    }
    // Whoever stands in place of an alias need not have records of the type.
    if (addresses === 0) this.recordLack(run.recorder);
    out.status = addresses === 0 ? NONE : CHOSEN;
    out.isAlias = isAlias;
    out.endpointCount = endpoints;
    out.addressCount = addresses;
    out.ecsScope = this.compiled.prefersSource || addresses === 0 ? 0 : run.scope;
    let cap = Number.POSITIVE_INFINITY;
    let capPool = -1;
    for (let pool = 0; pool < run.healthMatters.length; pool++) {
      const own = run.ttlCapSeconds(pool);
      if (own < cap) {
        cap = own;
        capPool = pool;
      }
    }
    const { minTtlSeconds } = this.compiled;
    const changeSeconds = run.secondsToChange();
    if (changeSeconds < cap) {
      cap = changeSeconds;
      capPool = -1;
    }
    out.ttlSeconds = cap >= ownTtl ? ownTtl : Math.max(Math.min(minTtlSeconds, ownTtl), Math.floor(cap));
    if (addresses === 0 && this.deniesBriefly && out.ttlSeconds > minTtlSeconds) {
      out.ttlSeconds = minTtlSeconds;
      run.recorder?.verdict(`${minTtlSeconds} s: ttl.min, as other clients may have what is denied`, NONE_SCOPE);
      return;
    }
    const isOwn = ownTtlEndpoint >= 0 && (cap >= ownTtl || minTtlSeconds >= ownTtl);
    run.recorder?.verdict(
      isOwn ? `${ownTtl} s: the ttl of ${roster.ids[ownTtlEndpoint]}` : this.ttlReason(cap, roster.poolNames[capPool]),
      addresses === 0 ? NONE_SCOPE : this.compiled.prefersSource ? SOURCE_SCOPE : scopeReason(run),
    );
  }

  private answerNone(out: Choice): void {
    out.status = NONE;
    out.isAlias = false;
    out.endpointCount = 0;
    out.addressCount = 0;
    out.ttlSeconds = this.compiled.minTtlSeconds;
    out.ecsScope = 0;
    this.run.recorder?.verdict(`${out.ttlSeconds} s: nothing to answer, so ttl.min`, NONE_SCOPE);
  }

  private recordType(recorder: Recorder): void {
    const { run } = this;
    const { roster, candidatePools } = this.compiled;
    const members = this.members[run.type]!;
    if (members.length === roster.poolStarts[candidatePools]) return;
    const all = roster.ids.slice(0, roster.poolStarts[candidatePools]);
    const without = all.filter((_, i) => !members.includes(i));
    recorder.step('family', [all], run.tiers(), `no ${this.recordOf(run.type)}: ${without.join(', ')}`);
  }

  private recordLack(recorder: Recorder | undefined): void {
    const { run } = this;
    if (recorder === undefined) return;
    const { ids, isAlias } = run.roster;
    const chosen = run.tiers().flat();
    const others = chosen.filter((id) => isAlias[ids.indexOf(id)] === 0);
    recorder.step('family', [chosen], [], `no ${this.recordOf(run.type)}, and no alias now: ${others.join(', ')}`);
  }

  private recordOf(type: number): string {
    return type === A ? 'IPv4 address' : type === AAAA ? 'IPv6 address' : `${this.compiled.roster.types[type]} record`;
  }

  private ttlReason(cap: number, poolName: string | undefined): string {
    const { minTtlSeconds, maxTtlSeconds } = this.compiled;
    if (cap >= maxTtlSeconds) return `${maxTtlSeconds} s: ttl.max, as no health that matters can change sooner`;
    if (cap === 0) {
      const whose = poolName === undefined ? `what ${this.run.changeFilter} looked at` : `the health of pool ${poolName}`;
      return `${minTtlSeconds} s: ttl.min, as ${whose} may change at any moment`;
    }
    const what = poolName === undefined ? this.run.changeFilter : `the health of pool ${poolName} may change`;
    const pool = poolName === undefined ? `${what} decides anew in ${Math.floor(cap)} s` : `${what} in ${cap} s`;
    return cap >= minTtlSeconds ? `${Math.floor(cap)} s: ${pool}` : `${minTtlSeconds} s: ttl.min, though ${pool}`;
  }
}

const NONE_SCOPE = '/0: a negative answer is for everyone (RFC 7871 7.4)';
const SOURCE_SCOPE = '/0: the policy steers by the source address (client.prefer), so its answer is for every client of that resolver';

/** Interned octets: the same address is the same object. */
function hasAddress(out: Choice, count: number, octets: Uint8Array): boolean {
  for (let i = 0; i < count; i++) if (out.addresses[i] === octets) return true;
  return false;
}

function scopeReason({ scope, scopeFilter }: Run): string {
  return scope === 0
    ? '/0: no filter looked at the client'
    : `/${scope}: ${scopeFilter} looked at the client; its verdict holds for all who share these ${scope} bits`;
}
