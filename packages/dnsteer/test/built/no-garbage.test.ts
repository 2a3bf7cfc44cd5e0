import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

// Runs in a Node of its own, since the test runner makes garbage of its own. A young generation of 1 MiB is full after ten octets of garbage
// for each answer.
const program = `
  import { kinds } from '../../bench/kinds.mjs';
  const all = await kinds(1000);
  for (const name of process.argv.slice(1)) {
    const answer = all.get(name);
    // Long enough for the optimising compiler to be done.
    let octets = 0;
    for (let i = 0; i < 100_000; i++) octets += answer(i);
    for (let round = 0; round < 4; round++) {
      gc();
      console.log('begin ' + name);
      for (let i = 0; i < 100_000; i++) octets += answer(i);
      console.log('end ' + name + ' ' + octets);
    }
  }
`;

const KINDS = [
  'static A',
  'NXDOMAIN',
  'static A with NSID and a cookie',
  'signed static A, DO',
  'signed NXDOMAIN, DO',
  'steered A by ECS',
  'steered A by source address',
  'steered A by ECS, signed, DO',
];

test('what stands in a zone or is steered is answered without garbage, from octets to octets', () => {
  const args = ['--expose-gc', '--trace-gc', '--max-semi-space-size=1', '--input-type=module', '--eval', program, ...KINDS];
  const lines = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }).split('\n');
  for (const name of KINDS) {
    const rounds = lines.join('\n').split(`begin ${name}\n`).slice(1);
    expect(rounds).toHaveLength(4);
    // What the compiler leaves when it is late is not in every round; what an answer leaves is.
    const collections = rounds.map((round) => round.slice(0, round.indexOf(`end ${name} `)).match(/Scavenge|Mark-/g)?.length ?? 0);
    expect([name, Math.min(...collections)]).toEqual([name, 0]);
  }
});
