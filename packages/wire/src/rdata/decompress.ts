import { NameReader } from '../name-reader.ts';
import { RdataBuilder } from './cursor.ts';
import { DESCRIPTORS } from './descriptors.ts';
import { checkRdata, fieldEnd } from './layout.ts';

const names = new NameReader();
const builder = new RdataBuilder();

/**
 * Copies RDATA out of a message, its names uncompressed.
 *
 * Names are decompressed in types that may have them so (see the descriptors); elsewhere a pointer is malformed (RFC 3597 4).
 *
 * @returns uncompressed RDATA of its own, or `undefined` when it is malformed. Never throws.
 */
export function decompressRdata(type: number, message: Uint8Array, at: number, end: number): Uint8Array | undefined {
  const descriptor = DESCRIPTORS.get(type);
  if (descriptor === undefined || descriptor.names === 'whole') {
    return checkRdata(type, message, at, end) ? message.slice(at, end) : undefined;
  }
  builder.clear();
  for (const field of descriptor.fields) {
    const next = field === 'name' ? names.read(message, at, end) : fieldEnd(field, message, at, end);
    if (next < 0) return undefined;
    builder.append(field === 'name' ? names.octets.subarray(0, names.length) : message.subarray(at, next));
    at = next;
  }
  return at === end ? builder.take() : undefined;
}
