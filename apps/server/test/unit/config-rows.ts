import { configJsonSchema } from '../../src/config/schema.ts';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  default?: unknown;
  description?: string;
  $ref?: string;
}

/** A row of the README's table per key: path, default, meaning. */
export function configRows(): string[] {
  return rowsOf(configJsonSchema() as Schema, '');
}

function rowsOf(schema: Schema, path: string): string[] {
  const rows: string[] = [];
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`;
    // The check of an endpoint has the keys of a pool's.
    const inner = at === 'pools.NAME.endpoints[].check' ? [] : rowsOf(value, at);
    if (value.description !== undefined) {
      const fallback = value.default === undefined ? '' : `\`${JSON.stringify(value.default)}\``;
      rows.push(`| \`${at}\` | ${fallback} | ${value.description} |`);
    }
    rows.push(...inner);
  }
  if (typeof schema.additionalProperties === 'object') rows.push(...rowsOf(schema.additionalProperties, `${path}.NAME`));
  if (schema.items !== undefined) rows.push(...rowsOf(schema.items, `${path}[]`));
  for (const choice of schema.anyOf ?? [])
    if (choice.properties !== undefined && !path.endsWith('location') && !path.endsWith('allDown')) rows.push(...rowsOf(choice, path));
  return rows;
}
