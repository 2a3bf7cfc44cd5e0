import { formatName, lowerCaseName } from '@dnsteer/wire';
import type { ZoneProblem, ZoneProblemCode } from './errors.ts';
import { OWNER_WORD, wordPlace } from './source-text.ts';
import type { ZoneStore } from './zone-store.ts';

export const MAX_PROBLEMS = 100;

/** What a check found, up to 100 problems, by records and names until all is found. */
export class Findings<Code extends ZoneProblemCode> {
  readonly #store: ZoneStore;
  readonly #found: { problem: ZoneProblem<Code>; word: number }[] = [];

  constructor(store: ZoneStore) {
    this.#store = store;
  }

  get isFull(): boolean {
    return this.#found.length >= MAX_PROBLEMS;
  }

  /**
   * @param name - of the owner that it is about.
   * @param record - -1 for what has no place of its own: then it's the zone's file.
   * @param word - which word of the record.
   */
  add(code: Code, name: number, record: number, message: string, word: number = OWNER_WORD): void {
    if (this.isFull) return;
    const { records, names } = this.#store;
    const file = record < 0 ? this.#store.mainFile : this.#store.fileOf(record);
    const line = record < 0 ? 0 : records.line(record);
    const owner = formatName(lowerCaseName(names.wireName(name)));
    this.#found.push({ problem: { code, message, file, line, column: line === 0 ? 0 : 1, owner }, word });
  }

  /** With the columns of the words, as far as the text can still be read. */
  problems(): ZoneProblem<Code>[] {
    const { sourceText } = this.#store;
    if (sourceText !== undefined) {
      for (const file of new Set(this.#found.map(({ problem }) => problem.file))) {
        const inFile = this.#found.filter(({ problem }) => problem.file === file && problem.line > 0);
        const texts = sourceText.from(
          file,
          inFile.map(({ problem }) => problem.line),
        );
        for (const { problem, word } of inFile) {
          const text = texts.get(problem.line);
          if (text === undefined) continue;
          const { linesBelow, column } = wordPlace(text, word);
          problem.line += linesBelow;
          problem.column = column;
        }
      }
    }
    return this.#found.map(({ problem }) => problem);
  }
}

/** As their files have them, one file after the other, `mainFile` first; what has no line comes first. */
export function byPlace<Code extends ZoneProblemCode>(problems: readonly ZoneProblem<Code>[], mainFile: string): ZoneProblem<Code>[] {
  const files = [...new Set([mainFile, ...problems.map(({ file }) => file)])];
  return [...problems].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}
