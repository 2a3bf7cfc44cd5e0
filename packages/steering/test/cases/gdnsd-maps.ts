import type { FilterDefinition, LocationLike } from '../../src/index.ts';
import { type DecisionCase, sites } from './decision-case.ts';

// The places of the addresses in gdnsd's tests are handed in: they are of databases of 2011 and 2014.
const at = (place: Partial<LocationLike>): { locate: LocationLike } => ({ locate: { prefixLength: 24, ...place } });

const GENEVA = at({ country: 'CH', continent: 'EU', subdivision: 'GE', city: 'Geneva', latitude: 46.2, longitude: 6.15 });
const VIRGINIA = at({ country: 'US', continent: 'NA', subdivision: 'VA', city: 'Ashburn', latitude: 39.04, longitude: -77.49 });
// The same address stood in the south-east of Australia in the database of 2011, and in its middle in that of 2014.
const AUSTRALIA = at({ country: 'AU', continent: 'OC', latitude: -27, longitude: 133 });
const SYDNEY = at({ country: 'AU', continent: 'OC', latitude: -33.87, longitude: 151.2 });
const TOKYO = at({ country: 'JP', continent: 'AS', latitude: 35.69, longitude: 139.69 });
const DUBLIN = at({ country: 'IE', continent: 'EU', latitude: 53.33, longitude: -6.25 });
const NOWHERE = at({});

const two = sites({ dc01: null, dc02: null });
const three = sites({ us: [38.9, -77], ie: [53.3, -6.3], sg: [1.3, 103.9] });
const five = sites({ us: [38.9, -77], ie: [53.3, -6.3], sg: [1.3, 103.9], tr: [38.7, 35.5], br: [-22.9, -43.2] });
const withoutTr = sites({ us: [38.9, -77], ie: [53.3, -6.3], sg: [1.3, 103.9], tr: null, br: [-22.9, -43.2] });

type Row = [
  rule: string,
  source: string,
  pools: DecisionCase['pools'],
  chain: FilterDefinition[],
  where: { locate: LocationLike },
  out: string[],
];

const cityMap: FilterDefinition[] = [
  {
    geotarget: {
      cities: { 'CH/Geneva': ['dc02'] },
      countries: { IE: ['dc01'] },
      continents: { NA: ['dc02', 'dc01'] },
      default: ['dc01', 'dc02'],
    },
  },
];
const t51 = 'gdnsd t/libgdmaps/t51_g2_city.c';
const countryMap: FilterDefinition[] = [
  { geotarget: { countries: { IE: ['dc01'] }, continents: { NA: ['dc02', 'dc01'] }, default: ['dc01', 'dc02'] } },
];
const t06 = 'gdnsd t/libgdmaps/t06_v4nets.c';
const t53 = 'gdnsd t/libgdmaps/t53_g2_cityauto.c';
const t54 = 'gdnsd t/libgdmaps/t54_g2_complex.c';
const t09 = 'gdnsd t/libgdmaps/t09_complex.c';
const t13 = 'gdnsd t/libgdmaps/t13_castatdef.c';
const t14 = 'gdnsd t/libgdmaps/t14_missingcoords.c';
const t10 = 'gdnsd t/libgdmaps/t10_def.c';
const t12 = 'gdnsd t/libgdmaps/t12_defnone.c';
const manual = 'gdnsd-plugin-geoip(8), ANOTHER CONFIG EXAMPLE';
const places = 'gdnsd-plugin-geoip(8), GeoIP2 Location Data Hierarchy';
const all5: FilterDefinition[] = [{ geotarget: { default: ['us', 'ie', 'sg', 'tr', 'br'] } }];
const prodMap: FilterDefinition[] = [
  {
    geotarget: {
      cities: { 'US/Dallas': ['sg-01'], 'CH/Geneva': ['sg-01'] },
      continents: {
        SA: ['us-01', 'sg-01', 'de-01'],
        EU: ['de-01', 'us-01', 'sg-01'],
        AF: ['de-01', 'us-01', 'sg-01'],
        AS: ['sg-01', 'de-01', 'us-01'],
        OC: ['sg-01', 'us-01', 'de-01'],
      },
      default: ['us-01', 'de-01', 'sg-01'],
    },
  },
];
const prod = sites({ 'us-01': [38.9, -77], 'de-01': [50.1, 8.7], 'sg-01': [1.3, 103.9] });
const nz: FilterDefinition[] = [{ geotarget: { subdivisions: { 'NZ-OTA': ['ie'] }, default: ['us', 'ie', 'sg'] } }];
const paris: FilterDefinition[] = [{ geotarget: { cities: { 'FR/Paris': ['ie'] }, default: ['us', 'ie', 'sg'] } }];
/** gdnsd lists three by default (auto_dc_limit); these sites have one endpoint each. */
const auto: FilterDefinition[] = ['nearest', { first: 3 }];
const partly: FilterDefinition[] = [{ geotarget: { countries: { JP: ['ie', 'tr'] } } }, { first: 5 }];

const rows: readonly Row[] = [
  ['no place known: the top-level default', t51, two, cityMap, NOWHERE, ['dc01', 'dc02']],
  ['a country with a list of one', t51, two, cityMap, DUBLIN, ['dc01']],
  ['a continent with a list in its order', t51, two, cityMap, VIRGINIA, ['dc02', 'dc01']],
  ['a city below a country without a list of its own', t51, two, cityMap, GENEVA, ['dc02']],
  ['a country of a continent that lists others: the default', t51, two, cityMap, at({ country: 'FR', continent: 'EU' }), ['dc01', 'dc02']],
  [
    'another city of the same country: the default',
    t51,
    two,
    cityMap,
    at({ country: 'CH', continent: 'EU', city: 'Bern' }),
    ['dc01', 'dc02'],
  ],
  ['a country database: IE', t06, two, countryMap, DUBLIN, ['dc01']],
  ['a country database: NA', t06, two, countryMap, VIRGINIA, ['dc02', 'dc01']],
  ['a country database: nothing known', t06, two, countryMap, NOWHERE, ['dc01', 'dc02']],
  ['by distance: Geneva', t53, three, ['nearest'], GENEVA, ['ie', 'us', 'sg']],
  ['by distance: the east coast of the USA', t53, three, ['nearest'], VIRGINIA, ['us', 'ie', 'sg']],
  ['by distance: Australia', t53, three, ['nearest'], AUSTRALIA, ['sg', 'ie', 'us']],
  ['the three nearest of five: Geneva', t54, five, auto, GENEVA, ['ie', 'tr', 'us']],
  ['the three nearest of five: the USA', t54, five, auto, VIRGINIA, ['us', 'ie', 'br']],
  ['the three nearest of five: Australia', t54, five, auto, AUSTRALIA, ['sg', 'tr', 'br']],
  ['the three nearest of five: Australia, from elsewhere in it', t09, five, auto, SYDNEY, ['sg', 'br', 'tr']],
  ['a list of a country in front of distances: JP', t54, five, partly, TOKYO, ['ie', 'tr']],
  ['nothing known: the order of the datacenters', t54, five, all5, NOWHERE, ['us', 'ie', 'sg', 'tr', 'br']],
  ['a static default, and distance for one continent: Geneva', t13, three, ['nearest'], GENEVA, ['ie', 'us', 'sg']],
  ['a static default: the USA', t13, three, [{ geotarget: { default: ['us', 'ie', 'sg'] } }], VIRGINIA, ['us', 'ie', 'sg']],
  [
    'a static default: Australia, although sg is nearer',
    t13,
    three,
    [{ geotarget: { default: ['us', 'ie', 'sg'] } }],
    SYDNEY,
    ['us', 'ie', 'sg'],
  ],
  [
    'a datacenter without a place comes in no list by distance: Geneva',
    t14,
    withoutTr,
    ['nearest', { first: 4 }],
    GENEVA,
    ['ie', 'us', 'br', 'sg'],
  ],
  ['a datacenter without a place: the USA', t14, withoutTr, ['nearest', { first: 4 }], VIRGINIA, ['us', 'ie', 'br', 'sg']],
  ['a datacenter without a place: Australia', t14, withoutTr, ['nearest', { first: 4 }], SYDNEY, ['sg', 'br', 'us', 'ie']],
  ['a datacenter without a place can still be listed', t14, withoutTr, partly, TOKYO, ['ie', 'tr']],
  ['no map at all: the default order, in Geneva', t10, five, all5, GENEVA, ['us', 'ie', 'sg', 'tr', 'br']],
  ['no map at all: the default order, in Tokyo', t10, five, all5, TOKYO, ['us', 'ie', 'sg', 'tr', 'br']],
  ['a city two levels down', t12, five, [{ geotarget: { cities: { 'CH/Geneva': ['ie', 'tr'] } } }], GENEVA, ['ie', 'tr']],
  ['SA', manual, prod, prodMap, at({ country: 'BR', continent: 'SA' }), ['us-01', 'sg-01', 'de-01']],
  ['EU', manual, prod, prodMap, at({ country: 'FR', continent: 'EU' }), ['de-01', 'us-01', 'sg-01']],
  ['AF', manual, prod, prodMap, at({ country: 'KE', continent: 'AF' }), ['de-01', 'us-01', 'sg-01']],
  ['AS', manual, prod, prodMap, TOKYO, ['sg-01', 'de-01', 'us-01']],
  ['OC', manual, prod, prodMap, SYDNEY, ['sg-01', 'us-01', 'de-01']],
  [
    'a city of a continent without a list',
    manual,
    prod,
    prodMap,
    at({ country: 'US', continent: 'NA', subdivision: 'TX', city: 'Dallas' }),
    ['sg-01'],
  ],
  ['the rest of that country: the default', manual, prod, prodMap, VIRGINIA, ['us-01', 'de-01', 'sg-01']],
  ['a city of a continent with a list', manual, prod, prodMap, GENEVA, ['sg-01']],
  [
    'the rest of CH: the list of the continent',
    manual,
    prod,
    prodMap,
    at({ country: 'CH', continent: 'EU', city: 'Zurich' }),
    ['de-01', 'us-01', 'sg-01'],
  ],
  ['a subdivision below another that is not named', places, three, nz, at({ country: 'NZ', continent: 'OC', subdivision: 'OTA' }), ['ie']],
  ['another subdivision: the default', places, three, nz, at({ country: 'NZ', continent: 'OC', subdivision: 'AUK' }), ['us', 'ie', 'sg']],
  [
    'a city without its subdivisions',
    places,
    three,
    paris,
    at({ country: 'FR', continent: 'EU', subdivision: 'IDF', city: 'Paris' }),
    ['ie'],
  ],
  [
    'a city of that name in another country',
    places,
    three,
    paris,
    at({ country: 'US', continent: 'NA', subdivision: 'TX', city: 'Paris' }),
    ['us', 'ie', 'sg'],
  ],
];

export const GDNSD_MAPS: readonly DecisionCase[] = rows.map(([rule, source, pools, chain, circumstances, out]) => ({
  rule,
  source,
  pools,
  policy: { chain },
  circumstances,
  expect: { pools: out },
}));
