import type { FeedTable, HealthTable } from '@dnsteer/health';
import type { CanaryPlan, GuardPlan, Pool, SlotOf } from '@dnsteer/steering';

export type CanaryState = 'going' | 'halted' | 'called back';
export type CanaryAction = 'halt' | 'call-back' | 'resume';

/** How a canary stands. */
export interface CanaryRow {
  /** In whose chain it is. */
  readonly policy: string;
  readonly pools: readonly string[];
  readonly state: CanaryState;
  /** When it came to that, and why; left out where nothing has happened to it. */
  readonly since?: string;
  readonly reason?: string;
  /** By how much its steps come later than they are written. */
  readonly lateMs: number;
}

interface Standing {
  state: CanaryState;
  sinceMs: number;
  reason: string;
  lateMs: number;
}

/** Of the feed `canary`: everybody goes back. */
const CALLED_BACK = -1;

/**
 * Remembers what has become of canaries: one whose guard trips, or whose pools are down, is called back, one whose figure nears that is halted; and both stay so until
 * an operator has them go on. Decisions learn of it by the feed `canary`.
 */
export class Canaries {
  readonly #feeds: FeedTable;
  readonly #health: HealthTable;
  readonly #slotOf: SlotOf;
  readonly #onChange: (row: CanaryRow) => void;
  readonly #now: () => number;
  #plans: readonly CanaryPlan[] = [];
  #pools: readonly Pool[] = [];
  readonly #standings = new Map<string, Standing>();

  constructor(feeds: FeedTable, health: HealthTable, slotOf: SlotOf, onChange: (row: CanaryRow) => void, now: () => number = Date.now) {
    this.#feeds = feeds;
    this.#health = health;
    this.#slotOf = slotOf;
    this.#onChange = onChange;
    this.#now = now;
  }

  /** The canaries that are answered by from now on; one of a policy that stays is as it was. */
  adopt(plans: readonly CanaryPlan[], pools: readonly Pool[]): void {
    this.#plans = plans;
    this.#pools = pools;
    for (const policy of this.#standings.keys()) if (!plans.some((plan) => plan.policy === policy)) this.#standings.delete(policy);
    this.look();
  }

  /** To be called when a figure or the health of an endpoint has changed. */
  look(): void {
    for (const plan of this.#plans) {
      const { state } = this.#of(plan.policy);
      if (plan.guard === undefined || state === 'called back') continue;
      const why = this.#downReason(plan) ?? beyond(this.#feeds, plan.guard, plan.guard.bound, this.#now());
      if (why !== undefined) this.#become(plan, 'called back', why);
      else if (plan.isTimed && plan.guard.halt !== undefined && state === 'going') {
        const halt = beyond(this.#feeds, plan.guard, plan.guard.halt, this.#now());
        if (halt !== undefined) this.#become(plan, 'halted', halt);
      }
    }
  }

  /** @throws Error where there is no such canary, or nothing to halt. */
  say(policy: string, action: CanaryAction, note?: string): CanaryRow {
    const plan = this.#plans.find((own) => own.policy === policy);
    if (plan === undefined) {
      const policies = [...new Set(this.#plans.map((own) => own.policy))];
      throw new Error(`found policy ${JSON.stringify(policy)}, expected one with a canary: ${policies.join(', ') || 'there is none'}`);
    }
    if (action === 'halt' && !plan.isTimed) throw new Error(`the canary of ${policy} has no steps: there is nothing to halt`);
    const by = `by the operator${note === undefined ? '' : `: ${note}`}`;
    return this.#become(plan, action === 'resume' ? 'going' : action === 'halt' ? 'halted' : 'called back', by);
  }

  list(): CanaryRow[] {
    return this.#plans.filter((plan, i) => this.#plans.findIndex((own) => own.policy === plan.policy) === i).map((plan) => this.#row(plan));
  }

  #become(plan: CanaryPlan, state: CanaryState, reason: string): CanaryRow {
    const standing = this.#of(plan.policy);
    const nowMs = this.#now();
    // The steps go on from where they stood still.
    if (state === 'going' && standing.state !== 'going') standing.lateMs += nowMs - standing.sinceMs;
    // One that was halted is called back: it had stood still before.
    if (standing.state === 'going' || state === 'going') standing.sinceMs = nowMs;
    standing.state = state;
    standing.reason = reason;
    this.#standings.set(plan.policy, standing);
    for (const own of this.#plans.filter(({ policy }) => policy === plan.policy)) this.#publish(own, standing);
    const row = this.#row(plan);
    this.#onChange(row);
    return row;
  }

  #publish({ haltedSlot, lateSlot }: CanaryPlan, { state, sinceMs, lateMs }: Standing): void {
    this.#feeds.set(lateSlot, lateMs, 1);
    if (state === 'going') this.#feeds.reset(haltedSlot);
    else this.#feeds.set(haltedSlot, state === 'halted' ? sinceMs : CALLED_BACK, 1);
  }

  #of(policy: string): Standing {
    return this.#standings.get(policy) ?? { state: 'going', sinceMs: 0, reason: '', lateMs: 0 };
  }

  #row({ policy, pools }: CanaryPlan): CanaryRow {
    const { state, sinceMs, reason, lateMs } = this.#of(policy);
    return { policy, pools, state, ...(sinceMs !== 0 && { since: new Date(sinceMs).toISOString(), reason }), lateMs };
  }

  /** As the filter `up` judges pools; `undefined`: one of them is up. */
  #downReason({ pools }: CanaryPlan): string | undefined {
    const isUp = (pool: Pool) => {
      const count = pool.endpoints.filter(({ name }) =>
        ([4, 6] as const).some((family) => this.#health.isUp(this.#slotOf(pool.name, name), family)),
      ).length;
      return count >= leastHealthy(pool);
    };
    const own = this.#pools.filter(({ name }) => pools.includes(name));
    return own.length > 0 && !own.some(isUp) ? `${own.length > 1 ? 'pools' : 'pool'} ${pools.join(', ')} went down` : undefined;
  }
}

function leastHealthy({ endpoints, minHealthy = 1 }: Pool): number {
  if (typeof minHealthy === 'number') return minHealthy;
  return Math.max(1, Math.ceil((Number(minHealthy.slice(0, -1)) / 100) * endpoints.length - 1e-9));
}

function beyond(
  { times, values }: FeedTable,
  { feed, figures, isMax, maxAgeMs }: GuardPlan,
  bound: number,
  nowMs: number,
): string | undefined {
  for (const { id, slot } of figures) {
    if (times[slot] === 0 || nowMs - times[slot]! >= maxAgeMs) continue;
    const figure = values[slot]!;
    if (isMax ? figure > bound : figure < bound) return `${feed} of ${id} is ${figure}, ${isMax ? 'above' : 'below'} ${bound}`;
  }
  return undefined;
}
