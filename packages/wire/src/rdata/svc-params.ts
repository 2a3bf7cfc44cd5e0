import { WireError } from '../errors.ts';
import type { RdataBuilder } from './cursor.ts';
import { malformed, RdataReader } from './cursor.ts';
import { INVALID_KEY, SVC_KEYS, type SvcValue, svcKeyCode, svcKeyText } from './svc-values.ts';
import { escapeText, type TokenReader, unescapeText } from './tokens.ts';

const MANDATORY = 0;
const ALPN = 1;
const NO_DEFAULT_ALPN = 2;

/** The SvcParams of SVCB RDATA by key: the octets of each value. */
export type SvcParams = ReadonlyMap<number, Uint8Array>;

/**
 * Reads `key=value` words to the end (RFC 9460 2.1) and appends them in the order of their keys.
 *
 * A value in quotes may be a part of its word or the quoted token after `key=`.
 */
export function parseSvcParams(tokens: TokenReader, out: RdataBuilder): void {
  const params = new Map<number, Uint8Array>();
  while (tokens.hasMore) {
    const { text } = tokens.next('a SvcParam');
    const equals = text.indexOf('=');
    const keyText = equals < 0 ? text : text.slice(0, equals);
    const key = svcKeyCode(keyText);
    if (key === undefined) throw tokens.wrong('a SvcParam, key=value');
    if (params.has(key)) throw tokens.wrong(`each SvcParam once (RFC 9460 2.1), not ${svcKeyText(key)} again`);
    let valueText = equals < 0 ? '' : text.slice(equals + 1);
    if (equals === text.length - 1 && tokens.peek()?.quoted) valueText = tokens.nextText('a value').text;
    const syntax = svcValue(key);
    const value = textSyntax(keyText, key).parse(tokens.locate(() => unescapeText(valueText)));
    if (value === undefined || !syntax.check(value)) throw tokens.wrong(`${svcKeyText(key)} with ${syntax.expected}`);
    params.set(key, value);
  }
  const problem = findConflict(params);
  if (problem !== undefined) throw new WireError('ERR_WIRE_RDATA_SYNTAX', problem, tokens.tokens.length - 1);
  appendSvcParams(params, out);
}

export function appendSvcParams(params: SvcParams, out: RdataBuilder): void {
  for (const key of [...params.keys()].sort((a, b) => a - b)) {
    const value = params.get(key)!;
    out.u16(key);
    out.u16(value.length);
    out.append(value);
  }
}

/** The text of SvcParams; '' when there are none. Throws WireError ERR_WIRE_RDATA_MALFORMED. */
export function formatSvcParams(octets: Uint8Array): string {
  const texts: string[] = [];
  for (const [key, value] of readSvcParams(octets)) {
    const text = svcValue(key).format(value);
    texts.push(text === '' ? svcKeyText(key) : `${svcKeyText(key)}=${text}`);
  }
  return texts.join(' ');
}

/**
 * The SvcParams of RDATA, in the order of their keys.
 *
 * @throws WireError ERR_WIRE_RDATA_MALFORMED when they break a rule of RFC 9460 2.2 or 8, or a value has not its key's form.
 */
export function readSvcParams(octets: Uint8Array): Map<number, Uint8Array> {
  const reader = new RdataReader(octets);
  const params = new Map<number, Uint8Array>();
  let previous = -1;
  while (reader.remaining > 0) {
    const key = reader.u16();
    if (key <= previous) throw malformed('SvcParams out of order (RFC 9460 2.2)');
    if (key === INVALID_KEY) throw malformed('the invalid SvcParamKey (RFC 9460 14.3.2)');
    previous = key;
    const value = reader.take(reader.u16());
    if (!svcValue(key).check(value)) throw malformed(`a value of ${svcKeyText(key)} that is none`);
    params.set(key, value);
  }
  const problem = findConflict(params);
  if (problem !== undefined) throw malformed(problem);
  return params;
}

/** What is wrong with SvcParams taken together, or `undefined`. */
export function findConflict(params: SvcParams): string | undefined {
  if (params.has(NO_DEFAULT_ALPN) && !params.has(ALPN)) return 'no-default-alpn without alpn (RFC 9460 7.1.1)';
  const mandatory = params.get(MANDATORY) ?? new Uint8Array(0);
  for (let i = 0; i < mandatory.length; i += 2) {
    const key = (mandatory[i] << 8) | mandatory[i + 1];
    if (!params.has(key)) return `${svcKeyText(key)} is mandatory, but is not there (RFC 9460 8)`;
  }
  return undefined;
}

/** A key that the registry does not have carries any octets. */
const OPAQUE: SvcValue = {
  expected: 'a value',
  parse: (octets) => octets,
  format: (octets) => (octets.length === 0 ? '' : `"${escapeText(octets)}"`),
  check: () => true,
  decode: (octets) => Buffer.from(octets),
};

/** The form of a key's value. */
export function svcValue(key: number): SvcValue {
  return SVC_KEYS[key]?.value ?? OPAQUE;
}

/** The form of a value in text: behind `key3` stand octets as they are, though the key has a name (RFC 9460 2.1). */
export function textSyntax(keyText: string, key: number): SvcValue {
  return /^key[0-9]/i.test(keyText) ? OPAQUE : svcValue(key);
}
