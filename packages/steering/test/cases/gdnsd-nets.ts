import type { FilterDefinition } from '../../src/index.ts';
import { type DecisionCase, sites } from './decision-case.ts';

const two = sites({ dc01: null, dc02: null });
const nogeo: FilterDefinition = {
  cidr: { networks: { '192.0.2.128/25': ['dc02'], '10.0.0.0/8': ['dc02'], '1234::/16': ['dc01'] }, default: ['dc01', 'dc02'] },
};
const nested: FilterDefinition = {
  cidr: {
    networks: {
      '192.0.2.128/25': ['dc02'],
      '10.0.10.0/24': ['dc01'],
      '10.0.0.0/8': ['dc02'],
      '2222:1111::/32': ['dc01'],
      '2222::/16': ['dc02'],
      '2600:3c02::/32': ['dc02'],
    },
    default: ['dc01', 'dc02'],
  },
};
const t15 = 'gdnsd t/libgdmaps/t15_nogeo.c';
const t07 = 'gdnsd t/libgdmaps/t07_v6nets.c';

const rows: readonly [rule: string, source: string, nets: FilterDefinition, client: string, out: string[], scope: number][] = [
  ['below a listed network: the default', t15, nogeo, '192.0.2.1/32', ['dc01', 'dc02'], 25],
  ['just below it', t15, nogeo, '192.0.0.1/32', ['dc01', 'dc02'], 23],
  ['beside it', t15, nogeo, '192.0.15.1/32', ['dc01', 'dc02'], 21],
  ['far from any: the scope is as wide as it can be', t15, nogeo, '79.125.18.68/32', ['dc01', 'dc02'], 2],
  ['far from any, another address', t15, nogeo, '69.58.186.119/32', ['dc01', 'dc02'], 2],
  ['IPv6, far from any', t15, nogeo, '2600:3c00::f03c:91ff:fe96:6a4f/128', ['dc01', 'dc02'], 3],
  ['in a /25', t15, nogeo, '192.0.2.223/32', ['dc02'], 25],
  ['in a /8', t15, nogeo, '10.1.2.3/32', ['dc02'], 8],
  ['in a network of IPv6', t15, nogeo, '1234:5678::/128', ['dc01'], 16],
  ['a network in another: the longer one', t07, nested, '10.0.10.5/32', ['dc01'], 24],
  ['a network in another: around it', t07, nested, '10.1.2.3/32', ['dc02'], 16],
  ['IPv6: in the longer network', t07, nested, '2222:1111::1/128', ['dc01'], 32],
  ['IPv6: in the wider one, far from the longer', t07, nested, '2222::1/128', ['dc02'], 20],
  ['the last address before the longer network', t07, nested, '2222:1110:ffff:ffff:ffff:ffff:ffff:ffff/128', ['dc02'], 32],
  ['the first address of the longer network', t07, nested, '2222:1111::/128', ['dc01'], 32],
  ['the last address of the longer network', t07, nested, '2222:1111:ffff:ffff:ffff:ffff:ffff:ffff/128', ['dc01'], 32],
  ['the first address behind it', t07, nested, '2222:1112::/128', ['dc02'], 31],
  ['the first address of a /32 among others', t07, nested, '2600:3c02::/128', ['dc02'], 32],
  ['its last address', t07, nested, '2600:3c02:ffff:ffff:ffff:ffff:ffff:ffff/128', ['dc02'], 32],
  ['the first address behind that', t07, nested, '2600:3c03::/128', ['dc01', 'dc02'], 32],
];

/** With the scopes of gdnsd's tests: there, too, the widest network in which the verdict holds. */
export const GDNSD_NETS: readonly (DecisionCase & { scope: number })[] = rows.map(([rule, source, nets, client, out, scope]) => ({
  rule,
  source,
  pools: two,
  policy: { chain: [nets] },
  question: { client },
  expect: { pools: out },
  scope,
  ...(source === t15 &&
    client.startsWith('2600') && {
      differs:
        'scope /3 where gdnsd has /6: it keeps IPv4 in ::/96 and other parts of the IPv6 tree, whose edges count; IPv4 and IPv6 are apart here',
    }),
}));
