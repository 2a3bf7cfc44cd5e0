import { describe, expect, test } from 'vitest';
import { locationOf } from '../src/location.ts';

describe('records of MaxMind, nested', () => {
  test('City: country, continent, subdivision, city and coordinates', () => {
    const record = {
      city: { geoname_id: 2643743, names: { en: 'London', de: 'London' } },
      continent: { code: 'EU', names: { en: 'Europe' } },
      country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
      location: { accuracy_radius: 10, latitude: 51.5142, longitude: -0.0931 },
      registered_country: { iso_code: 'US' },
      subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }, { iso_code: 'LND' }],
    };
    expect(locationOf([record], 25)).toEqual({
      country: 'GB',
      continent: 'EU',
      subdivision: 'ENG',
      city: 'London',
      latitude: 51.5142,
      longitude: -0.0931,
      prefixLength: 25,
    });
  });

  test('ASN', () => {
    const record = { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' };
    expect(locationOf([record], 24)).toEqual({ asn: 15169, prefixLength: 24 });
    expect(locationOf([{ traits: { autonomous_system_number: 64496 } }], 24).asn).toBe(64496);
  });

  test('where a network is registered is not where it is', () => {
    expect(locationOf([{ registered_country: { iso_code: 'US' } }], 24).country).toBeUndefined();
  });
});

describe('flat records', () => {
  test('of a country: its middle and its continent come from the tables', () => {
    expect(locationOf([{ country_code: 'DE' }], 12)).toEqual({
      country: 'DE',
      continent: 'EU',
      latitude: 51.03,
      longitude: 10.35,
      prefixLength: 12,
    });
  });

  test('of a city, as ip-location-db writes them', () => {
    const record = { city: 'Mountain View', country_code: 'US', latitude: 37.42, longitude: -122.09, state1: 'California', timezone: '' };
    expect(locationOf([record], 24)).toMatchObject({
      country: 'US',
      subdivision: 'California',
      city: 'Mountain View',
      latitude: 37.42,
      longitude: -122.09,
    });
  });

  test('as IPinfo writes them: names of their own, numbers as text', () => {
    const record = {
      country: 'JP',
      continent: 'AS',
      region: 'Tokyo',
      region_code: '13',
      city: 'Chiyoda',
      lat: '35.69',
      lng: '139.75',
      asn: 'AS2497',
    };
    expect(locationOf([record], 20)).toEqual({
      country: 'JP',
      continent: 'AS',
      subdivision: '13',
      city: 'Chiyoda',
      latitude: 35.69,
      longitude: 139.75,
      asn: 2497,
      prefixLength: 20,
    });
  });

  test('a name of a continent is no code; the table of countries decides', () => {
    expect(locationOf([{ country: 'France', continent: 'Europe', country_code: 'fr' }], 8)).toMatchObject({
      country: 'FR',
      continent: 'EU',
    });
  });
});

test('AP and EU are regions, not countries', () => {
  expect(locationOf([{ country_code: 'AP' }], 22)).toEqual({ continent: 'AS', prefixLength: 22 });
  expect(locationOf([{ country_code: 'EU' }], 22)).toEqual({ continent: 'EU', prefixLength: 22 });
});

test.each([
  undefined,
  null,
  'DE',
  42,
  [],
  {},
  { country_code: 'ZZ' },
  { country_code: '' },
  { country: { iso_code: 7 } },
  { country_code: 'Germany' },
  { latitude: 91, longitude: 0 },
  { latitude: 10 },
  { lat: '', lng: '' },
  { asn: 'AS' },
  { asn: -1 },
  { subdivisions: [], city: { names: {} } },
])('%o says nothing', (record) => {
  expect(locationOf([record], 3)).toEqual({ prefixLength: 3 });
});

describe('records of several databases', () => {
  test('of each field the first that knows it', () => {
    const location = locationOf([undefined, { country_code: 'DE', asn: 1 }, { country_code: 'FR', city: 'Kehl', asn: 2 }], 24);
    expect(location).toMatchObject({ country: 'DE', city: 'Kehl', asn: 1 });
  });

  test("a country's middle gives way to the coordinates of any database, and these stay together", () => {
    const [country, half, city] = [{ country_code: 'DE' }, { latitude: 1 }, { latitude: 48.57, longitude: 7.81 }];
    expect(locationOf([country, half, city, { latitude: 50, longitude: 8 }], 24)).toMatchObject({
      country: 'DE',
      latitude: 48.57,
      longitude: 7.81,
    });
  });
});

test('a Location is frozen, and known or not its fields have one order', () => {
  const [known, unknown] = [locationOf([{ country_code: 'DE' }], 8), locationOf([], 8)];
  expect(Object.isFrozen(known) && Object.isFrozen(unknown)).toBe(true);
  expect(Object.keys(known)).toEqual(Object.keys(unknown));
});
