import { EventEmitter } from 'node:events';
import { type Clock, systemClock } from './clock.ts';
import { HealthError } from './errors.ts';
import { PROBE_TYPES, type ProbeTypes } from './probe-types.ts';
import { failure, inconclusive, type ProbeOutcome } from './probes/probe.ts';
import type { HealthChange, ProbeReport, ProberLoad, TargetStatus } from './report.ts';
import { afterProbe, freshHealth, type Health, ttlCapSeconds } from './state.ts';
import type { HealthTable } from './table.ts';
import { type ProvenTarget, proveTargets, type Target } from './target.ts';
import { Run, Watch, watchesTheSame } from './watch.ts';

export interface ProberOptions {
  /** Where verdicts go. Only one prober may write those of one endpoint. */
  table: HealthTable;
  clock?: Clock;
  /** At least 0, less than 1; default Math.random. */
  random?: () => number;
  /** Probes that may be under way at once; more wait their turn; default 1000. */
  maxConcurrent?: number;
  /** Other ways to carry out the types of check; for tests and simulations. */
  probeTypes?: Partial<ProbeTypes>;
}

export interface ProberEvents {
  change: [HealthChange];
  probe: [ProbeReport];
}

// First probes start at multiples of the golden ratio: evenly over the interval however many there are.
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const QUARTERS = 4;

/**
 * Probes its targets, each in its interval, and writes their states into the table.
 *
 * A target has at most one timer and one probe at a time. Events come after the table has been written.
 */
export class Prober extends EventEmitter<ProberEvents> {
  readonly #table: HealthTable;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #maxConcurrent: number;
  readonly #probeTypes: ProbeTypes;
  readonly #watches = new Map<string, Watch>();
  /** Due, but over the limit: first in, first out. */
  readonly #waiting = new Set<Watch>();
  /** Probes that have not let go yet; more than are running for the moment after an abort. */
  readonly #unsettled = new Set<Promise<void>>();
  #running = 0;
  #started = false;
  #phase: number;

  /** @throws HealthError ERR_HEALTH_OPTION */
  constructor({ table, clock = systemClock, random = Math.random, maxConcurrent = 1000, probeTypes }: ProberOptions) {
    super();
    if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1) {
      throw new HealthError('ERR_HEALTH_OPTION', `expected a whole number from 1, got ${String(maxConcurrent)}`, ['maxConcurrent']);
    }
    this.#table = table;
    this.#clock = clock;
    this.#random = random;
    this.#maxConcurrent = maxConcurrent;
    this.#probeTypes = { ...PROBE_TYPES, ...probeTypes };
    this.#phase = random();
  }

  /**
   * From now on these are the targets. One that stays (id, family, slot, address and check alike) doesn't notice. One
   * whose check or address is another keeps its state and counts anew. A new one starts with the state that the table
   * holds for it, else with the check's `initial`. One that is gone is unknown in the table at once: call this when
   * readers have the new snapshot.
   *
   * @throws HealthError for the first target that isn't right; then nothing has changed.
   */
  apply(targets: readonly Target[]): void {
    const proven = proveTargets(targets, this.#table, this.#probeTypes);
    // All that leave their slot, before anyone moves in.
    for (const [key, watch] of this.#watches) {
      const { slot, family } = watch.target;
      const next = proven.get(key);
      if (next === undefined) {
        this.#halt(watch);
        this.#watches.delete(key);
      }
      if (next?.slot !== slot) this.#table.forget(slot, family);
    }
    for (const target of proven.values()) this.#place(target);
    this.#fill();
  }

  /** Starts probing; the first probes are spread over one interval. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const watch of this.#watches.values()) this.#scheduleFirst(watch);
  }

  /** Stops probing; states stay in the table. Resolves when every connection is let go. May be started again. */
  async stop(): Promise<void> {
    this.#started = false;
    for (const watch of this.#watches.values()) this.#halt(watch);
    await Promise.allSettled(this.#unsettled);
  }

  status(): TargetStatus[] {
    return Array.from(this.#watches.values(), ({ target: { id, slot, family, address }, health, sinceMs, last, lastDurationMs }) => ({
      id,
      slot,
      family,
      address,
      state: health.state,
      override: this.#table.overrideOf(slot, family),
      since: sinceMs,
      successes: health.successes,
      failures: health.failures,
      reason: last?.reason,
      durationMs: last === undefined ? undefined : lastDurationMs,
    }));
  }

  load(): ProberLoad {
    return { targets: this.#watches.size, running: this.#running, waiting: this.#waiting.size };
  }

  #place(target: ProvenTarget): void {
    const { key, slot, family, check } = target;
    let watch = this.#watches.get(key);
    if (watch === undefined) {
      const kept = this.#table.state(slot, family);
      watch = new Watch(target, kept === 'unknown' ? check.initial : kept, this.#clock.wallMs());
      this.#watches.set(key, watch);
    } else {
      if (watchesTheSame(watch.target, target)) return;
      this.#halt(watch);
      watch.target = target;
      watch.health = freshHealth(watch.health.state);
    }
    this.#publish(watch, watch.health);
    if (this.#started) this.#scheduleFirst(watch);
  }

  #scheduleFirst(watch: Watch): void {
    this.#phase = (this.#phase + GOLDEN) % 1;
    this.#schedule(watch, this.#phase * watch.target.check.intervalMs);
  }

  #schedule(watch: Watch, delayMs: number): void {
    watch.timer = this.#clock.setTimer(() => {
      watch.timer = undefined;
      this.#waiting.add(watch);
      this.#fill();
    }, delayMs);
  }

  /** Neither timer nor place in the queue nor probe: as if it had never been started. */
  #halt(watch: Watch): void {
    if (watch.timer !== undefined) this.#clock.clearTimer(watch.timer);
    watch.timer = undefined;
    this.#waiting.delete(watch);
    const { run } = watch;
    if (run === undefined) return;
    this.#end(watch, run);
    run.abort();
  }

  #end(watch: Watch, run: Run): void {
    watch.run = undefined;
    this.#running--;
    this.#clock.clearTimer(run.timer);
  }

  #fill(): void {
    for (const watch of this.#waiting) {
      if (this.#running >= this.#maxConcurrent) return;
      this.#waiting.delete(watch);
      this.#probe(watch);
    }
  }

  #probe(watch: Watch): void {
    const { slot, family } = watch.target;
    // Before the probe begins: only what begins after the clearing counts.
    const restart = this.#table.takeRestart(slot, family);
    const run = new Run(this.#clock.monotonicMs());
    watch.run = run;
    this.#running++;
    this.#countDown(watch, run, QUARTERS);
    const settled = this.#ask(watch, run).finally(() => this.#unsettled.delete(settled));
    this.#unsettled.add(settled);
    if (restart) this.#enter(watch, freshHealth('down'), 'override cleared: has to prove itself again');
  }

  async #ask(watch: Watch, run: Run): Promise<void> {
    const { address, check } = watch.target;
    let outcome: ProbeOutcome;
    try {
      outcome = await check.probe(address, run);
    } catch (error) {
      // A defect of the probe is no fact about the endpoint.
      outcome = inconclusive(`the ${check.type} probe failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#conclude(watch, run, outcome);
  }

  /**
   * The time-out, in quarters. A quarter that came late by as much again was ours, not the endpoint's: this thread
   * stood still, and an answer may lie unread in the socket. It is given once more.
   */
  #countDown(watch: Watch, run: Run, quarters: number): void {
    const { timeoutMs } = watch.target.check;
    const quarterMs = timeoutMs / QUARTERS;
    const fromMs = this.#clock.monotonicMs();
    run.timer = this.#clock.setTimer(() => {
      const stoodStill = this.#clock.monotonicMs() - fromMs > 2 * quarterMs + 10;
      const left = stoodStill ? quarters : quarters - 1;
      if (left > 0) return this.#countDown(watch, run, left);
      run.abort();
      this.#conclude(watch, run, failure(`no ${run.waitingFor} in ${timeoutMs} ms`));
    }, quarterMs);
  }

  #conclude(watch: Watch, run: Run, outcome: ProbeOutcome): void {
    // Timed out, dropped or replaced meanwhile: nobody waits for this any more.
    if (watch.run !== run) return;
    this.#end(watch, run);
    const { id, slot, family, check } = watch.target;
    const nowMs = this.#clock.monotonicMs();
    // Early, never late: `fall` probes take at most `fall` intervals.
    const nextMs = run.startedMs + check.intervalMs * (1 - check.jitter * this.#random());
    this.#schedule(watch, Math.max(0, nextMs - nowMs));
    this.#fill();
    watch.last = outcome;
    watch.lastDurationMs = nowMs - run.startedMs;
    if (outcome.result !== 'inconclusive') {
      this.#enter(watch, afterProbe(watch.health, outcome.result === 'success', check), outcome.reason);
    }
    this.emit('probe', {
      id,
      slot,
      family,
      result: outcome.result,
      reason: outcome.reason,
      durationMs: watch.lastDurationMs,
      state: watch.health.state,
      at: this.#clock.wallMs(),
    });
  }

  #enter(watch: Watch, next: Health, reason: string): void {
    const from = watch.health.state;
    const nowMs = this.#clock.monotonicMs();
    // One probe more of the same kind, once the time is over, and it changes.
    const isHeld = from !== next.state && nowMs < watch.heldUntilMs;
    if (from !== next.state && from !== 'unknown' && !isHeld) watch.heldUntilMs = nowMs + watch.target.check.cooldownMs;
    const own = isHeld ? watch.health : next;
    // An override was cleared while this probe was under way: the next one starts the count.
    if (!this.#publish(watch, own)) return;
    watch.health = own;
    if (from === own.state) return;
    const { id, slot, family } = watch.target;
    watch.sinceMs = this.#clock.wallMs();
    this.emit('change', { id, slot, family, from, to: next.state, reason, at: watch.sinceMs });
  }

  #publish({ target: { slot, family, check }, heldUntilMs }: Watch, health: Health): boolean {
    const nowMs = this.#clock.monotonicMs();
    return this.#table.publish(slot, family, health.state, ttlCapSeconds(health, check, check.intervalMs, heldUntilMs - nowMs), nowMs);
  }
}
