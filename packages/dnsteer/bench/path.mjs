// What the path of one packet costs, from octets to octets, on what is built. By hand:
//
//   npx tsc -b packages/dnsteer
//   node --expose-gc packages/dnsteer/bench/path.mjs              all kinds of answers, side by side
//   node --expose-gc packages/dnsteer/bench/path.mjs '^static'     those whose name matches
//   node --cpu-prof packages/dnsteer/bench/path.mjs '^static A$' 20                         so many seconds, to look at a profile
import { performance } from 'node:perf_hooks';
import { kinds } from './kinds.mjs';

const [, , wanted = '', seconds = '3'] = process.argv;
const ROUND = 20_000;
const GARBAGE_ROUND = 400;

const rows = [];
for (const [name, kind] of await kinds()) {
  if (new RegExp(wanted).test(name)) rows.push({ name, kind, nanoseconds: [] });
}
if (rows.length === 0) throw new Error(`no kind of answer matches ${wanted}`);

const answer = ({ kind }, count) => {
  let octets = 0;
  for (let i = 0; i < count; i++) octets += kind(i);
  return octets;
};

for (const row of rows) answer(row, 10 * ROUND);
const end = performance.now() + Number(seconds) * 1000;
// Round by round: what else the machine does meets all of them alike.
while (performance.now() < end) {
  for (const row of rows) {
    // CPU time: what other processes take from this one is not in it.
    const start = process.cpuUsage();
    answer(row, ROUND);
    const { user, system } = process.cpuUsage(start);
    row.nanoseconds.push(((user + system) * 1000) / ROUND);
  }
}

for (const row of rows) {
  const sorted = row.nanoseconds.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(0).padStart(7);
  console.log(`${row.name.padEnd(36)} median ${at(0.5)} ns  best ${at(0)} ns  garbage ${garbageOctets(row)}`);
}

/** Octets that become garbage with every answer: few enough that none are collected meanwhile. */
function garbageOctets(row) {
  if (globalThis.gc === undefined) return '? (--expose-gc)';
  const used = (count) => {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    answer(row, count);
    return process.memoryUsage().heapUsed - before;
  };
  const differences = Array.from({ length: 9 }, () => (used(GARBAGE_ROUND) - used(0)) / GARBAGE_ROUND).sort((a, b) => a - b);
  return `${differences[4].toFixed(0)} octets`;
}
