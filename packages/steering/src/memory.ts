import { type Choice, NONE } from './choice.ts';
import type { ClientSubnet } from './client.ts';
import type { Engine } from './engine.ts';
import type { Environment, HealthView, LocationLike, Locator } from './environment.ts';
import type { Draw, Filter } from './filter.ts';
import { factsOf, NOWHERE_PLACE, type Places, placesOf } from './places.ts';
import { LASTING, LOCATION, readingBits } from './reading.ts';
import { copyChoice, Outcome, Situation } from './situation.ts';

// What may be kept before all is forgotten: far more than policies come to, except where every place is a class of its own.
const MOST_CLASSES = 4096;
const MOST_OUTCOMES = 16_384;
const UNKNOWN_CLASS = -1;

/**
 * What a policy remembers between decisions. The filters up to the first that looks at more than the client's location and at health are run once for each
 * class of clients, type and revision of the health view (a `Situation`). Where the next one picks one candidate and the rest looks at nothing else,
 * what each pick leads to is remembered as well (an `Outcome`): then a decision is a draw and a copy.
 *
 * A policy with memory chooses as one without: same draws, same scope (a property test says so).
 */
export class Memory {
  private readonly engine: Engine;
  /** How many filters come before the first that depends on more than class and health. */
  private readonly lastingFilters: number;
  /** Of these, those that look at the location. */
  private readonly placeFilters: readonly Filter[];
  /** Picks one; everything behind it is lasting. */
  private readonly draw: Draw | undefined;
  private readonly readsPlace: boolean;
  /** A filter looked at more than it said: nothing that came of it can be trusted. */
  private isOff = false;

  private health: HealthView | undefined;
  private revision = Number.NaN;
  /** By type, then by class. */
  private situations: (Situation | undefined)[][];
  private outcomeCount = 0;

  private locator: Locator | undefined;
  private places: Places | undefined;
  private placesVersion = 0;
  private classes = new Int32Array(256);
  private readonly classNumbers = new Map<string, number>();

  constructor(engine: Engine) {
    const { filters } = engine.compiled;
    const isLasting = ({ reads }: Filter) => (readingBits(reads) & ~LASTING) === 0;
    const first = filters.findIndex((filter) => !isLasting(filter));
    const lasting = first < 0 ? filters.length : first;
    const isDrawOnly = first >= 0 && filters[first]!.draw !== undefined && filters.slice(first + 1).every(isLasting);
    this.engine = engine;
    this.situations = engine.members.map(() => []);
    this.lastingFilters = lasting;
    this.draw = isDrawOnly ? filters[first]!.draw : undefined;
    this.placeFilters = (isDrawOnly ? filters : filters.slice(0, lasting)).filter(({ reads }) => reads.includes('location'));
    this.readsPlace = this.placeFilters.length > 0;
  }

  /** @returns false when the chain must be asked: nothing is remembered of such an environment. */
  choose(client: ClientSubnet, type: number, environment: Environment, out: Choice): boolean {
    const { health, locator } = environment;
    if (this.isOff || health.revision === undefined) return false;
    const revision = health.revision();
    if (revision !== this.revision || health !== this.health) {
      this.forgetVerdicts();
      this.health = health;
      this.revision = revision;
    }
    let place = NOWHERE_PLACE;
    let classNumber = 0;
    let prefixLength = 0;
    if (this.readsPlace) {
      if (locator.generation === undefined) return false;
      const places = this.placesOf(locator, locator.generation());
      // SOURCE PREFIX-LENGTH 0 asks us not to look (RFC 7871 7.1.2).
      if (client.prefixLength !== 0) {
        place = places.find(client.address, client.family);
        prefixLength = places.prefixLength;
      }
      classNumber = this.classOf(places, place);
    }
    const situation = this.situations[type]![classNumber] ?? this.learn(client, type, environment, place, classNumber);
    if (situation === undefined) return false;
    this.answer(situation, client, environment, place, prefixLength, out);
    return true;
  }

  private answer(
    situation: Situation,
    client: ClientSubnet,
    environment: Environment,
    place: number,
    prefixLength: number,
    out: Choice,
  ): void {
    const { run } = this.engine;
    run.meet(client, environment);
    let picked = 0;
    if (situation.isPicked) {
      const { topTier, weights, weightSum } = situation;
      if (topTier.length > 1) picked = this.draw!.pick(run, topTier, topTier.length, weights, weightSum);
      const outcome = situation.outcomes[picked];
      if (outcome !== undefined) {
        copyChoice(outcome.choice, out);
        out.remembered = outcome;
        // A negative answer is for everyone (RFC 7871 7.4).
        if (out.status === NONE || this.engine.compiled.prefersSource) out.ecsScope = 0;
        else if (outcome.placeFilters === 0) out.ecsScope = run.scope;
        else out.ecsScope = Math.max(run.scope, run.placeScope(outcome.placeFilters, prefixLength));
        return;
      }
    }
    this.goOn(situation, picked, place, prefixLength, out);
  }

  /** Decides from where the situation ends, and keeps what comes of it if that hangs on nothing but the pick. */
  private goOn(situation: Situation, picked: number, place: number, prefixLength: number, out: Choice): void {
    const { engine, lastingFilters } = this;
    const { run } = engine;
    situation.checkpoint.restore(run);
    engine.stage = situation.stage;
    if (this.readsPlace) run.standAt(this.places!.at(place), prefixLength);
    else run.standAt(undefined, 0);
    run.used = 0;
    if (situation.placeFilters !== 0) run.lookAtPlace(situation.placeFilters);
    if (run.candidates.count > 0) {
      if (situation.isPicked) run.candidates.swap(0, picked);
      engine.settle(situation.isPicked && this.draw !== undefined ? lastingFilters + 1 : lastingFilters, engine.compiled.filters.length);
    }
    engine.conclude(out);
    // Where the pick led to another stage, the whole chain has run, draws and all.
    if (!situation.isPicked || engine.stage !== situation.stage || (run.used & ~LASTING) !== 0) return;
    if (this.outcomeCount >= MOST_OUTCOMES) this.forgetVerdicts();
    this.outcomeCount++;
    const outcome = new Outcome(out, run.placeFilters);
    situation.outcomes[picked] = outcome;
    out.remembered = outcome;
  }

  /** Runs the lasting filters for a class of clients. */
  private learn(client: ClientSubnet, type: number, environment: Environment, place: number, classNumber: number): Situation | undefined {
    const { draw, engine, lastingFilters } = this;
    const { run } = engine;
    const { candidates } = run;
    engine.begin(client, type, environment, undefined);
    if (this.readsPlace) run.standAt(this.places!.at(place), 0);
    if (candidates.count > 0) engine.settle(0, lastingFilters);
    if ((run.used & ~(this.readsPlace ? LOCATION : 0)) !== 0) {
      this.isOff = true;
      return undefined;
    }
    const { placeFilters } = run;
    const { weights } = run.roster;
    let situation: Situation;
    if (candidates.count === 0) situation = new Situation(run, engine.stage, placeFilters, 0, weights);
    else if (draw !== undefined) {
      const drawn = draw.prepare(run);
      situation = new Situation(run, engine.stage, placeFilters, candidates.tierEnds[0]!, drawn);
    } else {
      const isAll = lastingFilters === engine.compiled.filters.length;
      situation = new Situation(run, engine.stage, placeFilters, 1, isAll ? weights : undefined);
    }
    this.situations[type]![classNumber] = situation;
    return situation;
  }

  private placesOf(locator: Locator, generation: number): Places {
    if (locator !== this.locator || this.places === undefined) {
      this.locator = locator;
      this.places = placesOf(locator);
      this.classes.fill(UNKNOWN_CLASS);
      this.placesVersion = this.places.version;
    }
    this.places.refresh(generation);
    return this.places;
  }

  /** Classes are known by what filters make of the location, so they outlive places. */
  private classOf(places: Places, place: number): number {
    if (places.version !== this.placesVersion) {
      this.classes.fill(UNKNOWN_CLASS);
      this.placesVersion = places.version;
    }
    const known = place < this.classes.length ? this.classes[place]! : UNKNOWN_CLASS;
    return known >= 0 ? known : this.classify(places.at(place), place);
  }

  private classify(location: LocationLike, place: number): number {
    const key = this.placeFilters.map((filter) => filter.classOf?.(location) ?? factsOf(location)).join(';');
    let number = this.classNumbers.get(key);
    if (number === undefined) {
      if (this.classNumbers.size >= MOST_CLASSES) {
        this.forgetVerdicts();
        this.classNumbers.clear();
        this.classes.fill(UNKNOWN_CLASS);
      }
      number = this.classNumbers.size;
      this.classNumbers.set(key, number);
    }
    if (place >= this.classes.length) {
      const longer = new Int32Array(2 * place).fill(UNKNOWN_CLASS);
      longer.set(this.classes);
      this.classes = longer;
    }
    this.classes[place] = number;
    return number;
  }

  private forgetVerdicts(): void {
    this.situations = this.situations.map(() => []);
    this.outcomeCount = 0;
  }
}
