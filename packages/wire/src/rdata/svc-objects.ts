import type { RdataBuilder } from './cursor.ts';
import { invalid } from './form.ts';
import { appendSvcParams, findConflict, readSvcParams, svcValue, textSyntax } from './svc-params.ts';
import { svcKeyCode, svcKeyText } from './svc-values.ts';

/**
 * SvcParams as an object: `{ alpn: ['h2', 'h3'], port: 8443, ipv4hint: ['192.0.2.1'], 'no-default-alpn': true, key667: octets }`.
 *
 * A value is what stands behind `=` in a zone file, unquoted and unescaped; an array stands for a list, and keeps the commas of its
 * items; `true` for no value; octets for the value as it goes over the wire. Characters are octets.
 */
export function encodeSvcParams(value: unknown, out: RdataBuilder): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) throw invalid('an object of SvcParams', value);
  const params = new Map<number, Uint8Array>();
  for (const [name, given] of Object.entries(value)) {
    const key = svcKeyCode(name);
    if (key === undefined || params.has(key)) throw invalid('each SvcParam once, by a name that is known or key123', name);
    params.set(key, encodeValue(name, key, given));
  }
  const problem = findConflict(params);
  if (problem !== undefined) throw invalid('SvcParams that agree', problem);
  appendSvcParams(params, out);
}

/** The reverse of {@link encodeSvcParams}; keys without a name here are octets. Throws WireError ERR_WIRE_RDATA_MALFORMED. */
export function decodeSvcParams(octets: Uint8Array): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [key, value] of readSvcParams(octets)) params[svcKeyText(key)] = svcValue(key).decode(value);
  return params;
}

function encodeValue(name: string, key: number, given: unknown): Uint8Array {
  const syntax = svcValue(key);
  const octets = given instanceof Uint8Array ? given : textSyntax(name, key).parse(latin1Octets(asText(given)));
  if (octets === undefined || !syntax.check(octets)) throw invalid(`${svcKeyText(key)} with ${syntax.expected}`, given);
  return octets;
}

function asText(given: unknown): string {
  if (Array.isArray(given)) return given.map((item) => String(item).replace(/[\\,]/g, '\\$&')).join(',');
  return given === true ? '' : String(given);
}

function latin1Octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
