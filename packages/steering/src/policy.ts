import { CHOSEN, type Choice, NONE } from './choice.ts';
import type { ClientSubnet } from './client.ts';
import { type CompiledPolicy, compilePolicy, type PolicyOptions } from './compile.ts';
import { type Circumstances, type Decision, decide, type Question } from './decide.ts';
import type { PolicyDefinition } from './definition.ts';
import type { Environment } from './environment.ts';
import { Run } from './run.ts';
import type { Recorder } from './trace.ts';

/** An endpoint as a policy knows it; its place in `policy.endpoints` is its index in `Choice.endpoints`. */
export interface PolicyEndpoint {
  /** `pool/endpoint`. */
  readonly id: string;
  readonly pool: string;
  readonly slot: number;
}

/**
 * Compiles a policy and all that it needs of the pools it names.
 *
 * @throws SteeringError for the first thing that is wrong, with its place.
 */
export function definePolicy(definition: PolicyDefinition, options: PolicyOptions): Policy {
  return new Policy(compilePolicy(definition, options), new Set(options.pools.map((pool) => pool.name)));
}

/** Who gets which answer. Holds scratch space: use one per thread; calls never overlap, as `choose` is synchronous. */
export class Policy {
  readonly name: string;
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly endpoints: readonly PolicyEndpoint[];
  private readonly compiled: CompiledPolicy;
  private readonly knownPools: ReadonlySet<string>;
  private readonly run: Run;
  private readonly members4: Int32Array;
  private readonly members6: Int32Array;
  private readonly fallback4: Int32Array;
  private readonly fallback6: Int32Array;

  /** Made by `definePolicy`. */
  constructor(compiled: CompiledPolicy, knownPools: ReadonlySet<string>) {
    const { roster, candidatePools, fallbackPool } = compiled;
    this.compiled = compiled;
    this.knownPools = knownPools;
    this.name = compiled.name;
    this.minTtlSeconds = compiled.minTtlSeconds;
    this.maxTtlSeconds = compiled.maxTtlSeconds;
    this.endpoints = roster.ids.map((id, i) => ({ id, pool: roster.poolNames[roster.poolOf[i]!]!, slot: roster.slots[i]! }));
    this.run = new Run(roster);
    this.members4 = roster.members(0, candidatePools, 4);
    this.members6 = roster.members(0, candidatePools, 6);
    this.fallback4 = roster.poolMembers(fallbackPool, 4);
    this.fallback6 = roster.poolMembers(fallbackPool, 6);
  }

  /** The types that any candidate has an address of: what a steered owner's type bitmap holds. */
  types(): ('A' | 'AAAA')[] {
    const types: ('A' | 'AAAA')[] = [];
    if (this.members4.length > 0) types.push('A');
    if (this.members6.length > 0) types.push('AAAA');
    return types;
  }

  /**
   * Decides for one query: the answer plane's door. Makes no object, unless there is a recorder.
   *
   * @param client - read during the call only.
   * @param family - 4 for A, 6 for AAAA: of the answer, not of the client.
   * @param out - overwritten.
   */
  choose(client: ClientSubnet, family: 4 | 6, environment: Environment, out: Choice, recorder?: Recorder): void {
    const { run } = this;
    run.begin(client, family, environment, recorder);
    out.allDown = false;
    const members = this.membersOf(family);
    run.candidates.load(members);
    if (recorder !== undefined) this.recordFamily(run, recorder);
    if (members.length > 0) {
      this.applyChain(run);
      if (run.candidates.count === 0) {
        out.allDown = true;
        this.resort(run);
      }
    }
    if (run.candidates.count === 0) this.answerNone(run, out);
    else this.answer(run, out);
  }

  /** Decides as a value, for tests and explanations; runs `choose`. */
  decide(question: Question, circumstances: Circumstances = {}): Decision {
    return decide(this, this.compiled.roster, this.knownPools, question, circumstances);
  }

  private applyChain(run: Run): void {
    const { filters } = this.compiled;
    const { candidates, recorder } = run;
    let before = recorder === undefined ? undefined : run.tiers();
    for (let i = 0; i < filters.length && candidates.count > 0; i++) {
      const filter = filters[i]!;
      run.filterName = filter.name;
      filter.apply(run);
      if (recorder === undefined || before === undefined) continue;
      const after = run.tiers();
      recorder.step(filter.name, before, after, run.reason);
      before = after;
    }
  }

  /** No candidate was left: Route 53 counts all as healthy then, Cloudflare has a fallback pool; `allDown` says which. */
  private resort(run: Run): void {
    const { allDown } = this.compiled;
    if (allDown === 'none') {
      run.recorder?.step('allDown', [], [], 'no candidate is left, and the policy answers none');
      return;
    }
    run.isLastResort = true;
    if (allDown === 'all') {
      run.candidates.load(this.membersOf(run.family));
      run.recorder?.step('allDown', [], run.tiers(), 'no candidate is left: all count as up');
    } else {
      const fallback = run.family === 4 ? this.fallback4 : this.fallback6;
      run.candidates.load(fallback);
      run.recorder?.step('allDown', [], run.tiers(), `no candidate is left: pool ${allDown.pool} takes over`);
      this.applyChain(run);
      if (run.candidates.count > 0) return;
      run.candidates.load(fallback);
      run.recorder?.step('allDown', [], run.tiers(), `pool ${allDown.pool} is down too: its endpoints count as up`);
    }
    run.countsAllAsUp = true;
    this.applyChain(run);
  }

  private answer(run: Run, out: Choice): void {
    const { candidates, roster } = run;
    const octets = run.family === 4 ? roster.octets4 : roster.octets6;
    if (out.endpoints.length < candidates.count) out.endpoints = new Int32Array(candidates.count);
    let addresses = 0;
    for (let i = 0; i < candidates.count; i++) {
      const endpoint = candidates.endpoints[i]!;
      out.endpoints[i] = endpoint;
      const own = octets[endpoint]!;
      for (let a = 0; a < own.length; a++) {
        if (roster.sharesAddresses && hasAddress(out, addresses, own[a]!)) continue;
        out.addresses[addresses++] = own[a]!;
      }
    }
    out.status = CHOSEN;
    out.endpointCount = candidates.count;
    out.addressCount = addresses;
    out.ecsScope = run.scope;
    let cap = Number.POSITIVE_INFINITY;
    let capPool = -1;
    for (let pool = 0; pool < run.healthMatters.length; pool++) {
      const own = run.ttlCapSeconds(pool);
      if (own < cap) {
        cap = own;
        capPool = pool;
      }
    }
    const { minTtlSeconds, maxTtlSeconds } = this;
    out.ttlSeconds = cap >= maxTtlSeconds ? maxTtlSeconds : Math.max(minTtlSeconds, Math.floor(cap));
    run.recorder?.verdict(this.ttlReason(cap, roster.poolNames[capPool]), scopeReason(run));
  }

  private answerNone(run: Run, out: Choice): void {
    out.status = NONE;
    out.endpointCount = 0;
    out.addressCount = 0;
    out.ttlSeconds = this.minTtlSeconds;
    out.ecsScope = 0;
    run.recorder?.verdict(`${out.ttlSeconds} s: nothing to answer, so ttl.min`, '/0: a negative answer is for everyone (RFC 7871 7.4)');
  }

  private recordFamily(run: Run, recorder: Recorder): void {
    const { roster, candidatePools } = this.compiled;
    const members = this.membersOf(run.family);
    if (members.length === roster.poolStarts[candidatePools]) return;
    const all = roster.ids.slice(0, roster.poolStarts[candidatePools]);
    const without = all.filter((_, i) => !members.includes(i));
    recorder.step('family', [all], run.tiers(), `no IPv${run.family} address: ${without.join(', ')}`);
  }

  private membersOf(family: 4 | 6): Int32Array {
    return family === 4 ? this.members4 : this.members6;
  }

  private ttlReason(cap: number, poolName: string | undefined): string {
    const { minTtlSeconds, maxTtlSeconds } = this;
    if (cap >= maxTtlSeconds) return `${maxTtlSeconds} s: ttl.max, as no health that matters can change sooner`;
    if (cap === 0) return `${minTtlSeconds} s: ttl.min, as the health of pool ${poolName} may change at any moment`;
    const pool = `the health of pool ${poolName} may change in ${cap} s`;
    return cap >= minTtlSeconds ? `${Math.floor(cap)} s: ${pool}` : `${minTtlSeconds} s: ttl.min, though ${pool}`;
  }
}

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
