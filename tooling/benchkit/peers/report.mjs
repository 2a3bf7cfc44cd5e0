// What was measured, as text for a terminal and for docs/benchmarks.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plot } from './plot.mjs';

const shown = (value, digits) => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits));
const verdict = ({ isMet }) => (isMet === undefined ? 'not measured' : isMet ? 'met' : 'not met');
const amount = (value, unit) =>
  value === undefined ? '-' : `${Number.isInteger(value) ? value : value.toFixed(2)}${unit === 'x' ? ' x' : unit && ` ${unit}`}`;

const cells = ({ columns, rows }) => [
  ['server', ...columns.map(([, title]) => title)],
  ...rows.map((row) => [row.server, ...columns.map(([key, , digits]) => shown(row[key], digits))]),
];

/** One case, aligned. */
export function textOf(measured) {
  const table = cells(measured);
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const lines = table.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
  const goals = measured.goals.map(
    (goal) => `goal: ${goal.label} at most ${amount(goal.limit, goal.unit)}: ${amount(goal.figure, goal.unit)}, ${verdict(goal)}`,
  );
  const missing = measured.leftOut.map((line) => `left out: ${line}`);
  return [
    `\n${measured.title} (${measured.unit}; ${measured.rounds} rounds of ${measured.seconds} s)`,
    ...lines,
    ...goals,
    ...missing,
  ].join('\n');
}

const markdownTable = ([head, ...lines]) =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');

function markdownOf(measured) {
  const { id, title, unit, rounds, seconds, taken, leftOut, note } = measured;
  return `### ${title}

\`pnpm bench:peers --case ${id} --rounds ${rounds} --seconds ${seconds}\`, ${taken}. Medians, ${unit}.

${markdownTable(cells(measured))}
${[...leftOut.map((line) => `Left out: ${line}`), note]
  .filter(Boolean)
  .map((line) => `\n${line}\n`)
  .join('')}`;
}

function goalsOf(cases) {
  const lines = cases.flatMap(({ title, goals }) =>
    goals.map((goal) => [title, goal.label, amount(goal.limit, goal.unit), amount(goal.figure, goal.unit), verdict(goal)]),
  );
  const [head, ruler, ...rest] = markdownTable([['case', 'figure', 'at most', 'measured', 'goal'], ...lines]).split('\n');
  return [head, ruler, ...rest].join('\n');
}

const BEGIN = '<!-- made by pnpm bench:peers; do not edit -->';
const END = '<!-- end of what bench:peers made -->';

const OPENING = `# Benchmarks

Against other servers, side by side on one machine: \`pnpm bench:peers\` measures, and writes the tables and the plot below.
`;

/**
 * Adds `measured` to what `folder` holds of earlier runs, case by case, and writes benchmarks.json, benchmarks.md and benchmarks.svg there.
 * Text around the markers of benchmarks.md is kept.
 */
export function writeReport(folder, measured, order) {
  mkdirSync(folder, { recursive: true });
  const store = join(folder, 'benchmarks.json');
  const earlier = existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : [];
  const byId = new Map([...earlier, ...measured].map((one) => [one.id, one]));
  const cases = order.filter((id) => byId.has(id)).map((id) => byId.get(id));
  writeFileSync(store, `${JSON.stringify(cases, undefined, 1)}\n`);
  writeFileSync(join(folder, 'benchmarks.svg'), plot(cases));

  const machines = [...new Set(cases.map(({ machine }) => machine))];
  const programs = [...new Set(cases.map(({ versions }) => versions))];
  const made = `${BEGIN}

![CPU, time and memory of each server, with the goals](benchmarks.svg)

Machine: ${machines.join('; and for some cases ')}. Programs: ${programs.join('; and for some cases ')}.

## Goals

${goalsOf(cases)}

## Cases

${cases.map(markdownOf).join('\n')}
${END}`;
  const page = join(folder, 'benchmarks.md');
  const before = existsSync(page) ? readFileSync(page, 'utf8') : `${OPENING}\n${BEGIN}\n${END}\n`;
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} lacks its markers: ${BEGIN} and ${END}`);
  writeFileSync(page, before.slice(0, from) + made + before.slice(to + END.length));
}
