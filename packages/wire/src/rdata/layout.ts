import { LOWER_CASE } from '../name-hash.ts';
import { findNameLength } from '../names.ts';
import { checkTypeBitmap } from '../type-bitmap.ts';
import { DESCRIPTORS, type RdataField } from './descriptors.ts';
import { readSvcParams } from './svc-params.ts';

/**
 * Whether `octets[at..end)` is well-formed uncompressed RDATA of the type; RDATA of an unknown type always is.
 *
 * Never throws.
 */
export function checkRdata(type: number, octets: Uint8Array, at: number, end: number): boolean {
  if (at > end || end > octets.length || end - at > 0xffff) return false;
  const descriptor = DESCRIPTORS.get(type);
  if (descriptor === undefined) return true;
  for (const field of descriptor.fields) {
    at = fieldEnd(field, octets, at, end);
    if (at < 0) return false;
  }
  return at === end;
}

/**
 * Canonical form of RDATA (RFC 4034 6.2 item 3, RFC 6840 5.1): names in lower case where the type is on the list.
 *
 * @param rdata - well-formed and uncompressed.
 * @returns a copy, or `rdata` itself where the type has no such names.
 */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  const descriptor = DESCRIPTORS.get(type);
  if (!descriptor?.lowerCase) return rdata;
  const copy = rdata.slice();
  let at = 0;
  for (const field of descriptor.fields) {
    const end = fieldEnd(field, rdata, at, rdata.length);
    if (end < 0) return copy;
    // Length octets are below 0x41, so they stay as they are.
    if (field === 'name') for (let i = at; i < end; i++) copy[i] = LOWER_CASE[copy[i]];
    at = end;
  }
  return copy;
}

/** Where the field that starts at `at` ends, or -1 when it does not fit or is malformed. */
export function fieldEnd(field: RdataField, octets: Uint8Array, at: number, end: number): number {
  if (typeof field === 'number') return at + field <= end ? at + field : -1;
  if (typeof field === 'function') return field(octets, at, end);
  switch (field) {
    case 'name': {
      const length = findNameLength(octets, at, end);
      return length === 0 ? -1 : at + length;
    }
    case 'string':
      return at < end && at + 1 + octets[at] <= end ? at + 1 + octets[at] : -1;
    case 'strings': {
      const start = at;
      while (at < end) at += 1 + octets[at];
      return at === end && at > start ? end : -1;
    }
    case 'octets':
      return at < end ? end : -1;
    case 'rest':
      return end;
    case 'bitmap':
      return checkTypeBitmap(octets, at, end) ? end : -1;
    case 'svcparams':
      return checkSvcParams(octets.subarray(at, end)) ? end : -1;
  }
}

function checkSvcParams(octets: Uint8Array): boolean {
  try {
    readSvcParams(octets);
    return true;
  } catch {
    return false;
  }
}
