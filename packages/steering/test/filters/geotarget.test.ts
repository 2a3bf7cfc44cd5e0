import { describe, expect, test } from 'vitest';
import type { LocationLike } from '../../src/index.ts';
import { CLIENT, chainOf, GERMANY, JAPAN, USA } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];

const targets = {
  countries: { CH: ['ap', 'eu'], DE: ['us'] },
  continents: { EU: ['eu'], NA: ['us'], AF: ['eu'], AN: ['ap'], AS: ['ap'], OC: ['ap'], SA: ['us', 'eu'] },
  default: ['us', 'eu', 'ap'],
};

type Row = [rule: string, location: LocationLike, out: string[][], reason: string];

const rows: Row[] = [
  ['a country comes before its continent', GERMANY, [US], 'DE -> country DE -> pools [us]; eu, ap dropped'],
  [
    'a list of pools becomes tiers in its order',
    { country: 'CH', continent: 'EU', prefixLength: 9 },
    [AP, EU],
    'CH -> country CH -> pools [ap, eu]; us dropped',
  ],
  [
    'no key for the country: its continent',
    { country: 'FR', continent: 'EU', prefixLength: 9 },
    [EU],
    'FR -> continent EU -> pools [eu]; us, ap dropped',
  ],
  [
    'AF is the continent Africa',
    { country: 'ZA', continent: 'AF', prefixLength: 9 },
    [EU],
    'ZA -> continent AF -> pools [eu]; us, ap dropped',
  ],
  [
    'AF is the country Afghanistan, in AS',
    { country: 'AF', continent: 'AS', prefixLength: 9 },
    [AP],
    'AF -> continent AS -> pools [ap]; eu, us dropped',
  ],
  [
    'NA is the country Namibia, in AF',
    { country: 'NA', continent: 'AF', prefixLength: 9 },
    [EU],
    'NA -> continent AF -> pools [eu]; us, ap dropped',
  ],
  [
    'SA is the country Saudi Arabia, in AS',
    { country: 'SA', continent: 'AS', prefixLength: 9 },
    [AP],
    'SA -> continent AS -> pools [ap]; eu, us dropped',
  ],
  [
    'a continent without a country',
    { continent: 'SA', prefixLength: 9 },
    [US, EU],
    'country unknown -> continent SA -> pools [us, eu]; ap dropped',
  ],
  ['an unknown place: default', { prefixLength: 9 }, [US, EU, AP], 'country unknown -> default -> pools [us, eu, ap]'],
];

describe('geotarget', () => {
  test.each([
    [
      'a city comes before its subdivision',
      { subdivision: 'IL', city: 'Chicago' },
      AP,
      'US/Chicago -> city US/Chicago -> pools [ap]; eu, us dropped',
    ],
    [
      'a subdivision comes before its country',
      { subdivision: 'CA', city: 'Fresno' },
      EU,
      'US/Fresno -> subdivision US-CA -> pools [eu]; us, ap dropped',
    ],
    ['a subdivision without a key: the country', { subdivision: 'TX' }, US, 'US-TX -> country US -> pools [us]; eu, ap dropped'],
  ])('%s', (_, place, out, reason) => {
    const narrow = { cities: { 'US/Chicago': ['ap'] }, subdivisions: { 'US-CA': ['eu'] }, countries: { US: ['us'] } };
    expect(chainOf([{ geotarget: narrow }]).decide(CLIENT, { locate: { ...USA, ...place } }).trace[0]).toMatchObject({
      out: [out],
      reason,
    });
  });

  test.each(rows)('%s', (_, locate, out, reason) => {
    const { trace, ecsScope } = chainOf([{ geotarget: targets }]).decide(CLIENT, { locate });
    expect(trace).toEqual([{ filter: 'geotarget', in: [[...EU, ...US, ...AP]], out, reason }]);
    expect(ecsScope).toBe(locate.prefixLength);
  });

  test('a key none of whose pools has a candidate left gives way to the next wider one', () => {
    const policy = chainOf(['up', { geotarget: { countries: { DE: ['eu'] }, continents: { EU: ['eu', 'us'] }, default: ['ap'] } }]);
    const step = (health: Record<string, 'down'>) => policy.decide(CLIENT, { locate: GERMANY, health }).trace[1];
    expect(step({})?.out).toEqual([EU]);
    expect(step({ eu: 'down' })).toMatchObject({
      out: [US],
      reason: 'DE -> country DE -> pools [eu], which have no candidate left -> continent EU -> pools [eu, us]; ap dropped',
    });
    expect(step({ 'eu/fra1': 'down' })?.out).toEqual([['eu/ams1']]);
  });

  test('when no key has a candidate, the candidates stay as they are: geotarget prefers, it does not forbid', () => {
    const policy = chainOf(['up', { geotarget: { continents: { EU: ['eu'] } } }]);
    expect(policy.decide(CLIENT, { locate: GERMANY, health: { eu: 'down' } }).trace[1]).toMatchObject({
      out: [[...US, ...AP]],
      reason: 'DE -> continent EU -> pools [eu], which have no candidate left; the candidates stay as they are',
    });
    expect(policy.decide(CLIENT, { locate: JAPAN }).trace[1]).toMatchObject({
      out: [[...EU, ...US, ...AP]],
      reason: 'JP -> no key for it; the candidates stay as they are',
    });
  });

  test('with one pool left, or with nothing but a default, the client is not looked at', () => {
    const onePool = chainOf(['up', { geotarget: targets }]).decide(CLIENT, { locate: USA, health: { us: 'down', ap: 'down' } });
    expect(onePool.ecsScope).toBe(0);
    expect(onePool.trace[1]?.reason).toBe("only pool eu has candidates: the client's place does not matter");
    const onlyDefault = chainOf([{ geotarget: { default: ['ap', 'eu'] } }]).decide(CLIENT, { locate: USA });
    expect(onlyDefault.trace[0]).toMatchObject({ out: [AP, EU], reason: 'any client -> default -> pools [ap, eu]; us dropped' });
    expect(onlyDefault.ecsScope).toBe(0);
  });

  test('an object key such as "constructor" is not a country', () => {
    expect(
      chainOf([{ geotarget: targets }]).decide(CLIENT, { locate: { country: 'constructor', prefixLength: 3 } }).endpoints,
    ).toHaveLength(6);
  });
});
