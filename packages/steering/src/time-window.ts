const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;
/** A window that opens on one day of the week changes within so many days. */
const HORIZON_DAYS = 9;

export const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Hours of some days of the week in a time zone, as people there know them: daylight saving time moves them with the clocks. */
export class TimeWindow {
  /** Whether it was open when last asked, and from when until when (milliseconds since 1970) that holds. */
  private isOpenNow = false;
  private fromMs = 0;
  private untilMs = 0;
  /** By day of the week, Sunday first: it opens then. */
  private readonly days: readonly boolean[];
  /** Minutes of the day; `to` at or before `from` is of the next day. */
  private readonly from: number;
  private readonly to: number;
  private readonly clock: Intl.DateTimeFormat;

  /** @param timeZone - of IANA's database. @throws RangeError: there is no such zone. */
  constructor(days: readonly boolean[], from: number, to: number, timeZone: string) {
    this.days = days;
    this.from = from;
    this.to = to;
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    this.clock = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', hourCycle: 'h23', ...fields });
  }

  /** Makes objects only where the answer may have changed since it was asked last. */
  isOpen(nowMs: number): boolean {
    if (!(nowMs >= this.fromMs && nowMs < this.untilMs)) {
      this.isOpenNow = this.isOpenAt(nowMs + this.offsetMs(nowMs));
      this.fromMs = nowMs;
      this.untilMs = this.nextChange(nowMs, this.isOpenNow);
    }
    return this.isOpenNow;
  }

  /** Until when the last answer holds, milliseconds since 1970. */
  get changesAtMs(): number {
    return this.untilMs;
  }

  private nextChange(nowMs: number, isOpen: boolean): number {
    const end = nowMs + HORIZON_DAYS * DAY_MINUTES * MINUTE_MS;
    let at = nowMs;
    while (at < end) {
      const offset = this.offsetMs(at);
      let next = at + this.toBoundary(at + offset);
      // The clocks are set meanwhile: what they show jumps, so that moment is one to look at as well.
      if (this.offsetMs(next) !== offset) next = this.offsetChange(at, next, offset);
      if (this.isOpenAt(next + this.offsetMs(next)) !== isOpen) return next;
      at = next;
    }
    return end;
  }

  /** Milliseconds until the clock shows midnight, `from` or `to` next. */
  private toBoundary(localMs: number): number {
    const sinceMidnight = ((localMs % (DAY_MINUTES * MINUTE_MS)) + DAY_MINUTES * MINUTE_MS) % (DAY_MINUTES * MINUTE_MS);
    let least = DAY_MINUTES * MINUTE_MS - sinceMidnight;
    for (const minute of [this.from, this.to]) {
      const distance = minute * MINUTE_MS - sinceMidnight;
      if (distance > 0 && distance < least) least = distance;
    }
    return least;
  }

  /** The first moment between `low` and `high` at which the offset is no longer `offset`. */
  private offsetChange(low: number, high: number, offset: number): number {
    let [before, after] = [low, high];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetMs(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }

  /** @param localMs - what the clock shows, as if it were UTC. */
  private isOpenAt(localMs: number): boolean {
    const minute = Math.floor(localMs / MINUTE_MS);
    const ofDay = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
    // 1970 began on a Thursday.
    const day = (((Math.floor(minute / DAY_MINUTES) + 4) % 7) + 7) % 7;
    if (this.from < this.to) return this.days[day]! && ofDay >= this.from && ofDay < this.to;
    return (this.days[day]! && ofDay >= this.from) || (this.days[(day + 6) % 7]! && ofDay < this.to);
  }

  /** By how much the clocks are ahead of UTC. */
  private offsetMs(ms: number): number {
    const fields: Record<string, number> = {};
    for (const { type, value } of this.clock.formatToParts(ms)) fields[type] = Number(value);
    const { year, month, day, hour, minute, second } = fields;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(ms / 1000) * 1000;
  }
}
