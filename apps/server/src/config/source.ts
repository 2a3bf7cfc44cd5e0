import { type Document, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigError, formatPath, type Problem } from './problem.ts';

/** A YAML file that was parsed, and where everything in it stands. */
export class ConfigSource {
  readonly file: string;
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** @throws ConfigError ERR_CONFIG_SYNTAX. */
  constructor(file: string, text: string) {
    this.file = file;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    if (this.#document.errors.length > 0) {
      throw new ConfigError(
        'ERR_CONFIG_SYNTAX',
        this.#document.errors.map(({ pos, message }) => ({ file, ...this.#position(pos[0]), where: '', message })),
      );
    }
    try {
      this.value = this.#document.toJS() ?? {};
    } catch (error) {
      // Aliases that lead nowhere, or to too much.
      throw new ConfigError('ERR_CONFIG_SYNTAX', [{ file, line: 0, column: 0, where: '', message: (error as Error).message }]);
    }
  }

  /** The problem `message` at what `path` leads to, or at the nearest thing around it that is there. */
  problem(path: readonly PropertyKey[], message: string, atKey = false): Problem {
    return { file: this.file, ...this.#find(path, atKey), where: formatPath(path), message };
  }

  #find(path: readonly PropertyKey[], atKey: boolean): { line: number; column: number } {
    let node: unknown = this.#document.contents;
    let offset = isNode(node) ? node.range?.[0] : 0;
    for (const [i, step] of path.entries()) {
      if (!isCollection(node)) break;
      const item: unknown = isMap(node)
        ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))
        : node.items[Number(step)];
      if (item === undefined) break;
      const key = isPair(item) && isNode(item.key) ? item.key.range?.[0] : undefined;
      node = isPair(item) ? item.value : item;
      const own = isNode(node) && !(isScalar(node) && node.value === null) ? node.range?.[0] : undefined;
      offset = (atKey && i === path.length - 1 ? key : (own ?? key)) ?? offset;
    }
    return this.#position(offset ?? 0);
  }

  #position(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}
