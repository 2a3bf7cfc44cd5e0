import type { Clock } from '../src/index.ts';

interface Timer {
  atMs: number;
  order: number;
  callback: (() => void) | undefined;
}

/** Time that passes only by `advance`; timers in their order, promises settled between them. */
export class VirtualClock implements Clock {
  nowMs = 0;
  /** The wall clock may be set wrong, and jump: nothing must depend on it. */
  wallOffsetMs = 1_700_000_000_000;
  readonly #heap: Timer[] = [];
  #cleared = 0;
  #order = 0;

  /** Timers that are set and neither fired nor cleared. */
  get pending(): number {
    return this.#heap.length - this.#cleared;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs + this.wallOffsetMs;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    if (!(delayMs >= 0)) throw new RangeError(`delay of ${delayMs} ms`);
    const timer = { atMs: this.nowMs + delayMs, order: this.#order++, callback };
    this.#up(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    const { callback } = timer as Timer;
    if (callback === undefined) return;
    (timer as Timer).callback = undefined;
    this.#cleared++;
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settle();
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) break;
      this.#down();
      const { callback } = first;
      if (callback === undefined) {
        this.#cleared--;
        continue;
      }
      first.callback = undefined;
      this.nowMs = Math.max(this.nowMs, first.atMs);
      callback();
      await settle();
    }
    this.nowMs = untilMs;
  }

  /** The thread stands still: time passes, and nothing is called. */
  stall(ms: number): void {
    this.nowMs += ms;
  }

  #up(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(timer, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = timer;
  }

  #down(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}
