import { describe, expect, test } from 'vitest';
import { CLIENT, chainOf } from '../fixtures.ts';

const tiers = { geotarget: { default: ['us', 'ap', 'eu'] } };

describe('first', () => {
  test.each([
    [1, [['us/iad1']], 'takes 1 of 6 candidates'],
    [2, [['us/iad1', 'us/dfw1']], 'takes 2 of 6 candidates'],
    [3, [['us/iad1', 'us/dfw1'], ['ap/nrt1']], 'takes 3 of 6 candidates'],
    [
      6,
      [
        ['us/iad1', 'us/dfw1'],
        ['ap/nrt1', 'ap/sin1'],
        ['eu/fra1', 'eu/ams1'],
      ],
      'takes all 6 candidates, as they are no more than 6',
    ],
    [
      9,
      [
        ['us/iad1', 'us/dfw1'],
        ['ap/nrt1', 'ap/sin1'],
        ['eu/fra1', 'eu/ams1'],
      ],
      'takes all 6 candidates, as they are no more than 9',
    ],
  ])('first: %i takes from the top tiers', (n, out, reason) => {
    expect(chainOf([tiers, { first: n }]).decide(CLIENT).trace[1]).toMatchObject({ out, reason });
  });

  test('a tier that was emptied is passed over', () => {
    const decision = chainOf([tiers, 'up', { first: 1 }]).decide(CLIENT, { health: { us: 'down', 'ap/nrt1': 'down' } });
    expect(decision.endpoints).toEqual(['ap/sin1']);
  });

  test('an endpoint counts once, and answers all its addresses of the type', () => {
    const pools = [
      {
        name: 'p',
        endpoints: [
          { name: 'a', addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::1'] },
          { name: 'b', addresses: ['192.0.2.3'] },
        ],
      },
    ];
    const policy = chainOf([{ first: 1 }], { pools: ['p'] }, pools);
    expect(policy.decide(CLIENT).answers).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});
