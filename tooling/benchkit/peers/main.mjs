// `pnpm bench:peers`: what an answer costs us and other servers, side by side on one machine.
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CPU_CASES } from './cases-cpu.mjs';
import { SIZE_CASES } from './cases-size.mjs';
import { findProgram, pinThisProgram, removeFolder, temporaryFolder } from './processes.mjs';
import { textOf, writeReport } from './report.mjs';
import { versions } from './servers.mjs';

const CASES = [...CPU_CASES, ...SIZE_CASES];
const PEERS = ['knot', 'nsd', 'named', 'pdns', 'gdnsd'];
/** Fewer rounds are for trying out; docs/ keeps figures that mean something. */
const ROUNDS_FOR_DOCS = 3;
const root = fileURLToPath(new URL('../../..', import.meta.url));

const USAGE = `usage: pnpm bench:peers [--case ID,...] [--peers ${PEERS.join(',')}] [--rounds 5] [--seconds 3] [--names 1000000] [--out FOLDER]

cases: ${CASES.map(({ id }) => id).join(' ')}
Writes FOLDER/benchmarks.md, .svg and .json (docs/, from ${ROUNDS_FOR_DOCS} rounds on). Build first: npm run build.`;

function options() {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    options: {
      case: { type: 'string', multiple: true, default: CASES.map(({ id }) => id) },
      peers: { type: 'string', multiple: true, default: PEERS },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      names: { type: 'string', default: '1000000' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const among = (lists, known, what) => {
    const names = lists.flatMap((list) => list.split(','));
    for (const name of names) if (!known.includes(name)) throw new Error(`${what} ${name} is not known: ${known.join(', ')}`);
    return names;
  };
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value >= 1)) throw new Error(`--${name} ${values[name]}: expected a number of 1 or more`);
    return value;
  };
  return {
    ids: among(
      values.case,
      CASES.map(({ id }) => id),
      'case',
    ),
    peers: among(values.peers, PEERS, 'peer'),
    rounds: number('rounds'),
    seconds: number('seconds'),
    names: number('names'),
    out: values.out,
  };
}

const machine = () => `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;

async function measure(one, { rounds, seconds, names, peers }, about) {
  const title = typeof one.title === 'function' ? one.title({ names }) : one.title;
  const leftOut = new Map();
  const context = {
    rounds,
    seconds,
    names,
    directory: temporaryFolder(),
    isThere({ name, program }) {
      const peer = PEERS.find((known) => name.startsWith(known));
      if (peer !== undefined && !peers.includes(peer)) return false;
      if (findProgram(program) === undefined) leftOut.set(name, `${name}: ${program} is not on this machine`);
      return findProgram(program) !== undefined;
    },
    leaveOut: (name, error) => leftOut.set(name, `${name}: ${error.message.split('\n').slice(0, 6).join(' ')}`),
  };
  const missing = one.needs.filter((program) => findProgram(program) === undefined);
  try {
    const found = missing.length > 0 ? { rows: [], columns: [], goals: [] } : await one.run(context);
    const lines = [...leftOut.values(), ...(missing.length > 0 ? [`the whole case: ${missing.join(', ')} is not on this machine`] : [])];
    const { id, key, unit, base } = one;
    return {
      id,
      title,
      key,
      unit,
      base,
      ...found,
      leftOut: lines,
      rounds,
      seconds,
      taken: new Date().toISOString().slice(0, 10),
      ...about,
    };
  } finally {
    removeFolder(context.directory);
  }
}

async function main() {
  const chosen = options();
  pinThisProgram();
  const about = { machine: machine(), versions: (await versions()).map((pair) => pair.join(' ')).join(', ') };
  console.log(`${about.machine}\n${about.versions}`);
  const measured = [];
  for (const one of CASES.filter(({ id }) => chosen.ids.includes(id))) {
    measured.push(await measure(one, chosen, about));
    console.log(textOf(measured.at(-1)));
  }
  const out = chosen.out ?? (chosen.rounds >= ROUNDS_FOR_DOCS ? join(root, 'docs') : undefined);
  if (out === undefined)
    return console.log(`\nNot written to docs/: fewer than ${ROUNDS_FOR_DOCS} rounds (--out FOLDER writes them elsewhere).`);
  writeReport(
    out,
    measured,
    CASES.map(({ id }) => id),
  );
  console.log(`\nWritten to ${out}: benchmarks.md, benchmarks.svg, benchmarks.json`);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
