import { hashName, lowerCaseName, parseName, type SearchName } from '@dnsteer/wire';
import { RouterError } from './errors.ts';

/**
 * A QNAME pattern. Labels from the left: `:name` stands for exactly one label and gives it that name, a leftmost `*`
 * for one or more labels (as a wildcard owner name does, RFC 4592), everything to the right of them is literal.
 * `*` alone stands for every name, the root too.
 */
export interface Pattern {
  readonly text: string;
  /** Literal labels at the right. */
  readonly literalLabels: number;
  /** Hash of the literal suffix, as `SearchName.suffixHashes` has it. */
  readonly suffixHash: number;
  /** The literal suffix in lower-case wire form. */
  readonly suffix: Uint8Array;
  /** Names of the single-label parameters, leftmost first. */
  readonly params: readonly string[];
  /** A leftmost `*`: one or more labels come before the parameters. */
  readonly open: boolean;
}

const PARAMETER = /^:([A-Za-z_][A-Za-z0-9_]*)$/;

/**
 * Compiles a pattern such as `www.example.com`, `:shard.cdn.example.com` or `*.example.com`.
 *
 * @throws RouterError ERR_ROUTER_PATTERN for a parameter or `*` to the right of a literal label, or a malformed name.
 */
export function compilePattern(text: string): Pattern {
  const labels = text === '*' ? ['*'] : splitLabels(text);
  let at = 0;
  const open = labels[0] === '*';
  if (open) at++;
  const params: string[] = [];
  for (let name: string | undefined; (name = PARAMETER.exec(labels[at] ?? '')?.[1]) !== undefined; at++) {
    if (params.includes(name)) throw new RouterError('ERR_ROUTER_PATTERN', `pattern ${text}: parameter ":${name}" stands there twice`);
    params.push(name);
  }
  const literal = labels.slice(at);
  const odd = literal.find((label) => label === '*' || label.startsWith(':'));
  if (odd !== undefined) {
    throw new RouterError(
      'ERR_ROUTER_PATTERN',
      `pattern ${text}: found "${odd}" to the right of another label, expected "*" leftmost and ":name" before the literal labels`,
    );
  }
  let suffix: Uint8Array;
  try {
    suffix = lowerCaseName(parseName(`${literal.join('.')}.`));
  } catch (cause) {
    throw new RouterError('ERR_ROUTER_PATTERN', `pattern ${text}: ${(cause as Error).message}`, { cause });
  }
  return { text, literalLabels: literal.length, suffixHash: hashName(suffix), suffix, params, open };
}

/** Whether `sname` matches; one comparison of octets, no allocation. */
export function matchesPattern(pattern: Pattern, sname: SearchName): boolean {
  const before = sname.labelCount - pattern.literalLabels;
  if (
    pattern.open ? before <= pattern.params.length && pattern.literalLabels + pattern.params.length > 0 : before !== pattern.params.length
  )
    return false;
  if (before < 0) return false;
  const start = sname.labelOffsets[before]!;
  const suffix = pattern.suffix;
  if (sname.length - start !== suffix.length) return false;
  for (let i = 0; i < suffix.length; i++) if (sname.octets[start + i] !== suffix[i]) return false;
  return true;
}

/**
 * The values of the parameters: labels in presentation form, lower case; `*` gives the labels under the key `*`.
 *
 * @param name - that matches: presentation form, lower case, with its final dot.
 */
export function patternParams(pattern: Pattern, name: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  const labels = splitLabels(name);
  const firstParam = labels.length - pattern.literalLabels - pattern.params.length;
  if (pattern.open) values['*'] = labels.slice(0, firstParam).join('.');
  pattern.params.forEach((param, i) => {
    values[param] = labels[firstParam + i]!;
  });
  return values;
}

/** Splits at dots that are not escaped (RFC 1035 5.1); behind a final dot there is no label. */
function splitLabels(text: string): string[] {
  const labels: string[] = [];
  if (text === '.') return labels;
  let labelAt = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '.') {
      labels.push(text.slice(labelAt, i));
      labelAt = i + 1;
    }
  }
  if (labelAt < text.length) labels.push(text.slice(labelAt));
  return labels;
}
