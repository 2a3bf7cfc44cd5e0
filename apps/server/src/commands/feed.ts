import { readFileSync } from 'node:fs';
import { controlPath } from '../config/text.ts';
import type { FeedRow, PushedFigures } from '../control/feeds.ts';
import { askControl } from '../control/socket.ts';
import { plainTable } from './remote.ts';

export interface FeedOptions {
  readonly config: string;
  /** Of lines; "-": standard input. */
  readonly file?: string;
}

/** Figures in one request: a line of the control socket has at most 65,536 octets. */
const MOST_AT_ONCE = 500;

/** `feed`: figures that policies look at; `feed NAME FIGURES`: pushes some. */
export async function feed(name: string | undefined, figures: readonly string[], { config, file }: FeedOptions): Promise<void> {
  const path = controlPath(config);
  if (name === undefined) return printFeeds((await askControl(path, { command: 'feeds' })) as FeedRow[]);
  const lines = file === undefined ? [] : readFileSync(file === '-' ? 0 : file, 'utf8').split('\n');
  const pushed = [
    ...(figures.length > 0 ? readFigures(figures, '') : []),
    ...lines.flatMap((line, i) => readFigures(wordsOf(line), `${file === '-' ? 'standard input' : file}:${i + 1}: `)),
  ];
  if (pushed.length === 0) throw new Error('expected figures such as eu=70 or 192.0.2.0/24 eu=12, or --file');
  let count = 0;
  for (let from = 0; from < pushed.length; from += MOST_AT_ONCE) {
    const own = requestOf(pushed.slice(from, from + MOST_AT_ONCE));
    const reply = (await askControl(path, { command: 'feed', arguments: { name, ...own } })) as { figures: number };
    count += reply.figures;
  }
  process.stdout.write(`${name}: ${count} ${count === 1 ? 'figure' : 'figures'}\n`);
}

interface Figure {
  readonly network: string | undefined;
  readonly id: string;
  readonly figure: number;
}

function wordsOf(line: string): string[] {
  return line
    .replace(/#.*/, '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

/** `eu=70 us/iad1=85`, each behind a network (`192.0.2.0/24 eu=12`) for its clients. */
function readFigures(words: readonly string[], place: string): Figure[] {
  const figures: Figure[] = [];
  let network: string | undefined;
  for (const word of words) {
    const at = word.lastIndexOf('=');
    if (at < 0 && /^[\d.a-fA-F:]+\/\d+$/.test(word)) {
      network = word;
      continue;
    }
    const figure = at < 0 || at === word.length - 1 ? Number.NaN : Number(word.slice(at + 1));
    if (!Number.isFinite(figure) || at === 0)
      throw new Error(`${place}found ${JSON.stringify(word)}, expected a figure such as eu=70, or a network such as 192.0.2.0/24`);
    figures.push({ network, id: word.slice(0, at), figure });
  }
  if (network !== undefined && figures.length === 0)
    throw new Error(`${place}found no figure behind ${network}, expected some such as eu=12`);
  return figures;
}

function requestOf(figures: readonly Figure[]): PushedFigures {
  const values: Record<string, number> = {};
  const networks: Record<string, Record<string, number>> = {};
  for (const { network, id, figure } of figures) (network === undefined ? values : (networks[network] ??= {}))[id] = figure;
  return { values, networks };
}

function printFeeds(rows: readonly FeedRow[]): void {
  if (rows.length === 0) {
    process.stdout.write('no policy looks at a feed\n');
    return;
  }
  const table = plainTable(['feed', 'of', 'figure', 'came', 'policies']);
  for (const { feed: name, of, figure, at, policies } of rows) table.push([name, of, figure ?? '', at ?? '', policies.join(', ')]);
  process.stdout.write(`${table.toString()}\n`);
}
