import type { CanaryPlan } from './canary-guard.ts';
import type { Choice } from './choice.ts';
import type { ClientSubnet } from './client.ts';
import { type CompiledPolicy, compilePolicy, type PolicyOptions } from './compile.ts';
import { type Circumstances, type Decision, decide, type Question } from './decide.ts';
import type { AllDown, PolicyDefinition } from './definition.ts';
import { Engine } from './engine.ts';
import type { Environment } from './environment.ts';
import type { FeedSlot } from './feed-slots.ts';
import { Memory } from './memory.ts';
import type { Recorder } from './trace.ts';
import { type Variants, variantsOf } from './variants.ts';

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
  /** No candidate is left: with `servfail` a choice of NONE that says `allDown` is a failure, and not that there is no data. */
  readonly allDown: AllDown;
  readonly endpoints: readonly PolicyEndpoint[];
  /** Hand in the source address as `client`, whatever the query says of its client: the scope is 0 then. */
  readonly prefersSource: boolean;
  /** The figures that its filters may look at. */
  readonly feeds: readonly FeedSlot[];
  /** Its canaries, for who watches them. */
  readonly canaries: readonly CanaryPlan[];
  private readonly compiled: CompiledPolicy;
  private readonly knownPools: ReadonlySet<string>;
  private readonly engine: Engine;
  private readonly memory: Memory;

  /** Made by `definePolicy`. */
  constructor(compiled: CompiledPolicy, knownPools: ReadonlySet<string>) {
    const { roster } = compiled;
    this.compiled = compiled;
    this.knownPools = knownPools;
    this.name = compiled.name;
    this.minTtlSeconds = compiled.minTtlSeconds;
    this.maxTtlSeconds = compiled.maxTtlSeconds;
    this.allDown = compiled.allDown;
    this.prefersSource = compiled.prefersSource;
    this.feeds = compiled.feeds;
    this.canaries = compiled.canaries;
    this.endpoints = roster.ids.map((id, i) => ({ id, pool: roster.poolNames[roster.poolOf[i]!]!, slot: roster.slots[i]! }));
    this.engine = new Engine(compiled);
    this.memory = new Memory(this.engine);
  }

  /** The types that any candidate has an address of: what a steered owner's type bitmap holds. */
  types(): ('A' | 'AAAA')[] {
    const types: ('A' | 'AAAA')[] = [];
    if (this.engine.members4.length > 0) types.push('A');
    if (this.engine.members6.length > 0) types.push('AAAA');
    return types;
  }

  /**
   * The answers that it can give to a type, as sets of addresses, where they are few enough to be signed ahead; else the reason.
   *
   * @param most - as many sets are listed at most; 1000.
   */
  variants(type: 'A' | 'AAAA', most = 1000): Variants {
    return variantsOf(this.engine, type === 'A' ? 4 : 6, most);
  }

  /**
   * Decides for one query: the answer plane's door. Makes no object once it is warm, unless there is a recorder.
   *
   * @param client - read during the call only.
   * @param family - 4 for A, 6 for AAAA: of the answer, not of the client.
   * @param out - overwritten.
   */
  choose(client: ClientSubnet, family: 4 | 6, environment: Environment, out: Choice, recorder?: Recorder): void {
    // Who wants the reasons gets them from the chain itself.
    if (recorder === undefined && this.memory.choose(client, family, environment, out)) return;
    this.engine.decide(client, family, environment, out, recorder);
  }

  /** Decides as a value, for tests and explanations; runs `choose`. */
  decide(question: Question, circumstances: Circumstances = {}): Decision {
    return decide(this, this.compiled.roster, this.knownPools, question, circumstances);
  }
}
