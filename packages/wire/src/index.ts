export { WireError, type WireErrorCode } from './errors.ts';
export { compareNames, equalNames, formatName, hashName, isSubdomain, lowerCaseName, nameLength, parseName } from './names.ts';
export { canonicalRdata, checkRdata } from './rdata/layout.ts';
export type { RdataToken } from './rdata/tokens.ts';
export { formatRdata, parseRdata } from './rdata.ts';
export { SearchName } from './search-name.ts';
export { decodeTypeBitmap, encodeTypeBitmap } from './type-bitmap.ts';
export { CLASS, EDE, OPCODE, RCODE, TYPE, typeCode, typeText } from './types.ts';
