import { type Atlas, PlaceScopes, type ScopeTable, scopeTableOf } from './atlas.ts';
import type { CanaryPlan } from './canary-guard.ts';
import type { Choice } from './choice.ts';
import type { ClientSubnet } from './client.ts';
import { type CompiledPolicy, compilePolicy, type PolicyOptions } from './compile.ts';
import { type Circumstances, type Decision, decide, type Question } from './decide.ts';
import type { AllDown, PolicyDefinition } from './definition.ts';
import { Engine } from './engine.ts';
import type { Environment, Locator } from './environment.ts';
import type { FeedSlot } from './feed-slots.ts';
import { Memory } from './memory.ts';
import { A, AAAA, CNAME } from './roster.ts';
import type { Recorder } from './trace.ts';
import { type Variants, variantsOf } from './variants.ts';

/** CNAME, the first of the other types, is 10. */
const OTHER_KINDS = 8;

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
  /** RDATA of HTTPS and SVCB, as `rdataOf` made it, without the hints that whoever answers adds. */
  readonly services: ReadonlyMap<string, Uint8Array>;
  /** Its canaries, for who watches them. */
  readonly canaries: readonly CanaryPlan[];
  /** A filter looks at where the client is. */
  readonly looksAtPlace: boolean;
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
    this.services = compiled.services;
    this.feeds = compiled.feeds;
    this.canaries = compiled.canaries;
    this.looksAtPlace = compiled.filters.some(({ reads }) => reads.includes('location'));
    this.endpoints = roster.ids.map((id, i) => ({ id, pool: roster.poolNames[roster.poolOf[i]!]!, slot: roster.slots[i]! }));
    this.engine = new Engine(compiled);
    this.memory = new Memory(this.engine);
  }

  /** The types of RRsets that it can answer: of A, AAAA, CNAME and others those that a candidate has. */
  types(): string[] {
    const { hasAliases, types, values } = this.compiled.roster;
    const isOwned = (place: number) => this.engine.members[place]!.some((endpoint) => values[place]![endpoint]!.length > 0);
    // An alias that but the pool of `allDown` has may stand for all others.
    return types.filter((_, place) => (place === CNAME ? hasAliases : isOwned(place)));
  }

  /**
   * What the type bitmap of a steered owner holds: `types` and those of `services`, or CNAME alone where any endpoint is an alias, since nobody who sees that bit takes another type for denied
   * (RFC 4035 5.4).
   */
  ownerTypes(): string[] {
    return this.compiled.roster.hasAliases ? ['CNAME'] : [...new Set([...this.types(), ...this.services.keys()])];
  }

  /** All RDATA that endpoints have of a type, as `rdataOf` made it. */
  records(type: string): Uint8Array[] {
    return (this.compiled.roster.values[this.compiled.roster.placeOf(type)] ?? []).flat();
  }

  /** The number by which `choose` knows a type: 4 (A), 6 (AAAA), others from 10 on; -1 where no endpoint has records of it. */
  kindOf(type: string): number {
    const place = this.compiled.roster.placeOf(type);
    return place === A ? 4 : place === AAAA ? 6 : place < 0 ? -1 : place + OTHER_KINDS;
  }

  /**
   * The answers that it can give to a type, as sets of RDATA, where they are few enough to be signed ahead; else the reason. Aliases are answers of CNAME.
   *
   * @param most - as many sets are listed at most; 1000.
   */
  variants(type: string, most = 1000): Variants {
    const place = this.compiled.roster.placeOf(type);
    return place < 0 ? { sets: [] } : variantsOf(this.engine, place, most);
  }

  /** Which networks are alike to the filters that look at the client's place: to be handed to `useScopes`, of this policy in any thread. */
  scopeTable(atlas: Atlas): ScopeTable {
    return scopeTableOf(this.compiled.filters, atlas);
  }

  /** From here on the scope of a decision by this locator is the shortest prefix in which all clients lead the filters to the same verdict, and not the network of the locator. */
  useScopes(locator: Locator, table: ScopeTable): void {
    this.engine.run.scopes = new PlaceScopes(locator, table);
  }

  /**
   * Decides for one query: the answer plane's door. Makes no object once it is warm, unless there is a recorder.
   *
   * @param client - read during the call only.
   * @param kind - of the answer, not of the client: 4 for A, 6 for AAAA, else of `kindOf`.
   * @param out - overwritten.
   */
  choose(client: ClientSubnet, kind: number, environment: Environment, out: Choice, recorder?: Recorder): void {
    const type = kind === 4 ? A : kind === 6 ? AAAA : kind - OTHER_KINDS;
    // Who wants the reasons gets them from the chain itself.
    if (recorder === undefined && this.memory.choose(client, type, environment, out)) return;
    this.engine.decide(client, type, environment, out, recorder);
  }

  /** Decides as a value, for tests and explanations; runs `choose`. */
  decide(question: Question, circumstances: Circumstances = {}): Decision {
    return decide(this, this.compiled.roster, this.knownPools, question, circumstances);
  }
}
