import type { Fields } from '../src/fields.ts';
import {
  type HealthChange,
  HealthTable,
  type ProbeOutcome,
  type ProbeReport,
  type ProbeRun,
  Prober,
  type ProberOptions,
  type Target,
} from '../src/index.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What an endpoint does when it is probed: answer after a time, or never. */
export type Behaviour = { answer: 'success' | 'failure' | 'inconclusive'; afterMs?: number } | 'hang' | 'throw';

interface Started {
  address: string;
  atMs: number;
}

/** A prober over a network that lives in memory: every address does what `behave` says. */
export class ScriptedEndpoints {
  readonly clock = new VirtualClock();
  readonly table = new HealthTable(undefined, 4096);
  readonly prober: Prober;
  readonly changes: HealthChange[] = [];
  readonly probes: ProbeReport[] = [];
  readonly started: Started[] = [];
  openNow = 0;
  mostOpen = 0;
  behave: (address: string) => Behaviour = () => ({ answer: 'success' });

  constructor(options: Partial<ProberOptions> = {}) {
    const random = sequence();
    this.prober = new Prober({
      table: this.table,
      clock: this.clock,
      random,
      probeTypes: { tcp: (fields) => this.#probeOf(fields) },
      ...options,
    });
    this.prober.on('change', (change) => this.changes.push(change));
    this.prober.on('probe', (report) => this.probes.push(report));
  }

  /** Starts of probes of one address, in ms of virtual time. */
  startsOf(address: string): number[] {
    return this.started.filter((start) => start.address === address).map((start) => start.atMs);
  }

  #probeOf(fields: Fields) {
    fields.integer('port', 1, 65_535);
    return (address: string, run: ProbeRun): Promise<ProbeOutcome> => {
      this.started.push({ address, atMs: this.clock.nowMs });
      const behaviour = this.behave(address);
      if (behaviour === 'throw') throw new TypeError('a defect');
      this.mostOpen = Math.max(this.mostOpen, ++this.openNow);
      return new Promise((resolve) => {
        let timer: unknown;
        const end = (outcome: ProbeOutcome) => {
          if (timer !== undefined) this.clock.clearTimer(timer);
          run.signal.removeEventListener('abort', abort);
          this.openNow--;
          resolve(outcome);
        };
        const abort = () => end({ result: 'failure', reason: 'aborted' });
        run.signal.addEventListener('abort', abort);
        if (behaviour === 'hang') return;
        const { answer, afterMs = 0 } = behaviour;
        timer = this.clock.setTimer(() => end({ result: answer, reason: `scripted ${answer}` }), afterMs);
      });
    };
  }
}

/** Equally spread numbers from 0 to 1, the same in every run. */
export function sequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function target(index: number, check: Partial<Target['check']> = {}): Target {
  const tcp = { type: 'tcp', port: 80, intervalMs: 1000, timeoutMs: 200, rise: 2, fall: 3, jitter: 0, ...check };
  return { id: `eu/e${index}`, slot: index, family: 4, address: `10.0.${index >> 8}.${index & 255}`, check: tcp as Target['check'] };
}
