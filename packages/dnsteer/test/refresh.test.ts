import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ZoneSource } from '../src/zone-source.ts';
import { NOW_SECONDS, newApp, SIGNED, ZONE } from './fixtures.ts';

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function refreshing() {
  let nowSeconds = NOW_SECONDS;
  let broken = false;
  const source: ZoneSource = {
    read: (origin) => {
      if (broken) throw new Error('the file is gone');
      return ZONE.read(origin);
    },
  };
  const { app, reports } = newApp({ nowSeconds: () => nowSeconds });
  app.zone('example.com', source, SIGNED);
  return {
    app,
    reports,
    breakZone: (value: boolean) => {
      broken = value;
    },
    /** Lets time pass, an hour at a time. */
    passDays: (days: number) => {
      for (let hour = 0; hour < days * 24; hour++) {
        nowSeconds += 3600;
        vi.advanceTimersByTime(3_600_000);
      }
    },
    /** When the signature over the SOA was made. */
    inception: async () => {
      const { answers } = await app.query('example.com', 'SOA', { dnssecOk: true });
      return (answers.find(({ type }) => type === 'RRSIG')!.data as { inception: number }).inception;
    },
  };
}

test('RFC 6781 4.4.2: signatures are made anew well before they expire, again and again', async () => {
  const { app, inception, passDays, reports } = refreshing();
  await app.prepare();
  app.startRefreshing();
  const first = await inception();
  passDays(2);
  expect(await inception()).toBe(first);
  passDays(8);
  const second = await inception();
  expect(second).toBeGreaterThan(first);
  passDays(10);
  expect(await inception()).toBeGreaterThan(second);
  expect(reports).toEqual([]);
  app.stopRefreshing();
});

test('a zone that can’t be read when they are due is told, answers as before, and is tried again', async () => {
  const { app, breakZone, inception, passDays, reports } = refreshing();
  await app.prepare();
  app.startRefreshing();
  const first = await inception();
  breakZone(true);
  passDays(9);
  expect(reports[0]).toMatchObject({ code: 'ERR_DNSTEER_REFRESH', message: 'the file is gone' });
  // Every ten minutes, and not more often.
  expect(reports.length).toBeLessThan((9 * DAY_MS) / 600_000);
  expect(await inception()).toBe(first);
  breakZone(false);
  passDays(1);
  expect(await inception()).toBeGreaterThan(first);
  app.stopRefreshing();
});

test('stopRefreshing() leaves no timer', async () => {
  const { app } = refreshing();
  await app.prepare();
  app.startRefreshing();
  expect(vi.getTimerCount()).toBe(1);
  app.stopRefreshing();
  expect(vi.getTimerCount()).toBe(0);
});

test('a zone that is not signed has nothing to refresh', async () => {
  const { app } = newApp();
  await app.zone('example.com', ZONE).prepare();
  app.startRefreshing();
  expect(vi.getTimerCount()).toBe(0);
});
