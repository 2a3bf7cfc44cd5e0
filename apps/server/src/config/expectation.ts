import { configJsonSchema } from './schema.ts';

// What may stand at a place of the configuration, in words: made of the schema, so that every row has them.

/** The parts of JSON Schema that the configuration uses. */
interface Node {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
}

let root: Node | undefined;

/** `expected a whole number from 1 to 65535`, `expected false, or keys: algorithm, denial, keys`. */
export function expectationAt(path: readonly PropertyKey[]): string {
  const nodes = nodesAt(path);
  const texts = [...nodes.filter((node) => !isMap(node)).flatMap(valueTexts), ...nodes.filter(isMap).map(mapText)];
  return texts.length === 0 ? 'expected another value' : `expected ${joined([...new Set(texts)])}`;
}

/** The keys of a map at `path`: a list for each shape that it may have. */
export function shapesAt(path: readonly PropertyKey[]): string[][] {
  return nodesAt(path).flatMap(({ properties }) => (properties === undefined ? [] : [Object.keys(properties)]));
}

/** All that may stand there. */
function nodesAt(path: readonly PropertyKey[]): Node[] {
  root ??= configJsonSchema() as Node;
  return path.reduce<Node[]>((nodes, step) => nodes.flatMap((node) => alternatives(inside(node, step))), [root]);
}

function inside({ items, properties, additionalProperties }: Node, step: PropertyKey): Node | undefined {
  if (typeof step === 'number') return items;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[String(step)];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function alternatives(node: Node | undefined): Node[] {
  if (node === undefined) return [];
  // What may be left empty is told by what belongs there.
  return node.anyOf === undefined ? [node] : node.anyOf.filter(({ type }) => type !== 'null').flatMap(alternatives);
}

function isMap({ type }: Node): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object'));
}

function mapText({ properties }: Node): string {
  return properties === undefined ? 'a map' : `keys: ${Object.keys(properties).join(', ')}`;
}

function valueTexts(node: Node): string[] {
  if (node.enum !== undefined) return node.enum.map(String);
  if (node.const !== undefined) return [String(node.const)];
  switch (node.type) {
    case 'integer':
      return [`a whole number${rangeText(node)}`];
    case 'number':
      return [`a number${rangeText(node)}`];
    case 'boolean':
      return ['true', 'false'];
    case 'array':
      return ['a list'];
    default:
      return [(node.minLength ?? 0) > 0 ? 'text that is not empty' : 'text'];
  }
}

function rangeText({ minimum, maximum = Number.MAX_SAFE_INTEGER }: Node): string {
  if (minimum === undefined) return '';
  return maximum === Number.MAX_SAFE_INTEGER ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}

/** What has commas of its own comes last. */
function joined(texts: readonly string[]): string {
  const last = texts.at(-1)!;
  if (texts.length === 1) return last;
  return `${texts.slice(0, -1).join(', ')}${last.includes(':') ? ',' : ''} or ${last}`;
}
