import { formatRdata, typeCode } from '@dnsteer/wire';
import { encodeRdata, type Message, type OptRecord, type ResourceRecord } from '@dnsteer/wire/records';

/** `NAME TTL TYPE RDATA`, the name with its final dot. */
export function recordText(record: ResourceRecord): string {
  return `${record.name.endsWith('.') ? record.name : `${record.name}.`} ${dataText(record)}`;
}

/** `TTL TYPE RDATA`. */
export function dataText({ ttl, type, data }: ResourceRecord): string {
  const code = typeCode(type)!;
  return `${ttl} ${type} ${formatRdata(code, encodeRdata(code, data))}`;
}

/** An Extended DNS Error (RFC 8914). */
export interface ExtendedError {
  /** INFO-CODE. */
  readonly code: number;
  readonly text: string;
}

export function extendedErrors(message: Message): ExtendedError[] {
  return ednsOptions(message).flatMap(({ infoCode, extraText }) =>
    infoCode === undefined ? [] : [{ code: infoCode, text: extraText ?? '' }],
  );
}

/** SCOPE PREFIX-LENGTH (RFC 7871 6); `undefined` without a client subnet. */
export function scopePrefix(message: Message): number | undefined {
  return ednsOptions(message).find(({ scopePrefixLength }) => scopePrefixLength !== undefined)?.scopePrefixLength;
}

function ednsOptions({ additionals }: Message): NonNullable<OptRecord['options']> {
  return additionals.find(isOpt)?.options ?? [];
}

function isOpt(record: ResourceRecord | OptRecord): record is OptRecord {
  return record.type === 'OPT';
}
