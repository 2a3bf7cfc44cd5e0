import { configJsonSchema } from '../../src/config/schema.ts';
import { durationText } from '../../src/config/values.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly leastMs?: number;
  readonly mostMs?: number;
}

/** The tables of the README's configuration reference, made of the schema. */
export function referenceTables(): string {
  const sections = Object.entries((configJsonSchema() as Schema).properties!);
  return sections
    .map(([name, schema]) => {
      const rows = rowsOf(schema, name).map(
        ({ key, values, fallback, meaning }) => `| \`${key}\` | ${values} | ${fallback} | ${meaning} |`,
      );
      return `### \`${name}\`\n\n| key | value | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

interface Row {
  readonly key: string;
  readonly values: string;
  readonly fallback: string;
  readonly meaning: string;
}

function rowsOf(schema: Schema, key: string, isRequired = false): Row[] {
  const rows: Row[] = [];
  if (schema.description !== undefined) {
    // What has no default in the schema, because it is merged or decided elsewhere, has it in words.
    const [, meaning = schema.description, leftOut = ''] = /^(.*?) Left out: (.+)\.$/.exec(schema.description) ?? [];
    const fallback = schema.default === undefined ? (isRequired ? 'needed' : leftOut) : `\`${valueText(schema.default)}\``;
    rows.push({ key, values: valuesText(schema), fallback, meaning });
  }
  // The check of an endpoint has the keys of that of its pool.
  if (key.endsWith('[].check')) return rows;
  const inside =
    schema.anyOf?.find(
      (one) =>
        one.properties !== undefined &&
        one.properties['country'] === undefined &&
        one.properties['lat'] === undefined &&
        one.properties['pool'] === undefined,
    ) ?? schema;
  for (const [name, own] of Object.entries(inside.properties ?? {}))
    rows.push(...rowsOf(own, `${key}.${name}`, inside.required?.includes(name)));
  if (schema.items?.properties !== undefined) rows.push(...rowsOf(schema.items, `${key}[]`));
  const { additionalProperties: named } = schema;
  if (schema.description === undefined && typeof named === 'object') rows.push(...rowsOf(named, `${key}.NAME`));
  return rows;
}

function valuesText(schema: Schema): string {
  // A section that may be left empty is a map all the same.
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.filter(({ type }) => type !== 'null').map(valuesText))].join(', ');
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.leastMs !== undefined) return `duration ${durationText(schema.leastMs)} to ${durationText(schema.mostMs!)}`;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'integer':
      return `whole number ${rangeText(schema)}`;
    case 'number':
      return `number ${rangeText(schema)}`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return schema.items?.properties !== undefined
        ? 'list'
        : `list of ${schema.items?.anyOf === undefined ? valuesText(schema.items ?? {}) : 'such'}`;
    case 'object':
      return 'map';
    default:
      return 'text';
  }
}

function rangeText({ minimum, maximum = Number.MAX_SAFE_INTEGER }: Schema): string {
  return maximum === Number.MAX_SAFE_INTEGER ? `${minimum} or more` : `${minimum} to ${maximum}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
