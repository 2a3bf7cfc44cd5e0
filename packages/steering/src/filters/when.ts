import { Branching } from '../branching.ts';
import type { FilterDefinition } from '../definition.ts';
import type { Filter, FilterKind } from '../filter.ts';
import type { Run } from '../run.ts';
import { DAY_NAMES, TimeWindow } from '../time-window.ts';
import type { Value } from '../value.ts';

export interface WhenParameters {
  /** Days on which the window opens: `mon-fri`, `sat,sun`; every day when left out. */
  days?: string;
  /** `HH:MM`; 00:00 when left out. */
  from?: string;
  /** `HH:MM`, 24:00 when left out; at or before `from`: on the next day. */
  to?: string;
  /** Of IANA's database, such as `Europe/Berlin`; UTC when left out. */
  timeZone?: string;
  /** The chain within the window. */
  inside: readonly FilterDefinition[];
  /** The chain outside; when left out the candidates stay. */
  outside?: readonly FilterDefinition[];
}

const INSIDE = 0;
const OUTSIDE = 1;

/** Goes on with one chain within hours of the day and days of the week, and with another outside. The TTL does not reach past the next change, but for `ttl.min`. */
export const when: FilterKind<'when', WhenParameters> = {
  name: 'when',
  compile(parameters, compilation) {
    parameters.keys(['days', 'from', 'to', 'timeZone', 'inside', 'outside']);
    const [days, from, to, timeZone] = ['days', 'from', 'to', 'timeZone'].map((key) => parameters.at(key)) as [Value, Value, Value, Value];
    if (days.isAbsent && from.isAbsent && to.isAbsent) throw parameters.error('ERR_STEERING_EMPTY', 'days, from or to');
    const window = readWindow(days, from, to, timeZone);
    const outside = parameters.at('outside');
    const chains = [compilation.chain(parameters.at('inside')), outside.isAbsent ? [] : compilation.chain(outside)];
    const hours = from.isAbsent && to.isAbsent ? '' : ` ${from.found ?? '00:00'}-${to.found ?? '24:00'}`;
    return new When(window, `${days.found ?? 'every day'}${hours} ${timeZone.found ?? 'UTC'}`, chains);
  },
};

function readWindow(days: Value, from: Value, to: Value, timeZone: Value): TimeWindow {
  const open = days.isAbsent ? DAY_NAMES.map(() => true) : readDays(days);
  const fromMinute = from.isAbsent ? 0 : readTime(from, false);
  const toMinute = to.isAbsent ? 1440 : readTime(to, true);
  if (fromMinute === toMinute) throw to.error('ERR_STEERING_RANGE', 'another time than from');
  const zone = timeZone.isAbsent ? 'UTC' : timeZone.text('a time zone such as Europe/Berlin');
  try {
    return new TimeWindow(open, fromMinute, toMinute, zone);
  } catch {
    throw timeZone.error('ERR_STEERING_TYPE', "a time zone of IANA's database, such as Europe/Berlin");
  }
}

function readDays(value: Value): boolean[] {
  const expected = `days such as mon-fri or sat,sun (${DAY_NAMES.join(' ')})`;
  const open = DAY_NAMES.map(() => false);
  for (const part of value.text(expected).split(',')) {
    const ends = part
      .trim()
      .toLowerCase()
      .split('-')
      .map((name) => DAY_NAMES.indexOf(name as (typeof DAY_NAMES)[number]));
    const [first, last = first] = ends as [number, number?];
    if (ends.length > 2 || first < 0 || last! < 0) throw value.error('ERR_STEERING_TYPE', expected);
    for (let day = first; ; day = (day + 1) % 7) {
      open[day] = true;
      if (day === last) break;
    }
  }
  return open;
}

function readTime(value: Value, isEnd: boolean): number {
  const expected = `a time from 00:00 to ${isEnd ? '24:00' : '23:59'}`;
  const match = /^(\d\d):(\d\d)$/.exec(value.text(expected));
  const minute = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (!(Number(match?.[2]) < 60 && minute <= (isEnd ? 1440 : 1439))) throw value.error('ERR_STEERING_RANGE', expected);
  return minute;
}

class When extends Branching {
  private readonly window: TimeWindow;
  private readonly text: string;

  constructor(window: TimeWindow, text: string, chains: readonly (readonly Filter[])[]) {
    super('when', chains, ['time']);
    this.window = window;
    this.text = text;
  }

  protected choose(run: Run): number {
    const isOpen = this.window.isOpen(run.nowMs());
    run.holdUntil(this.window.changesAtMs);
    return isOpen ? INSIDE : OUTSIDE;
  }

  protected explain(_run: Run, chosen: number): string {
    return `${chosen === INSIDE ? 'inside' : 'outside'} ${this.text} until ${new Date(this.window.changesAtMs).toISOString()}`;
  }
}
