import type { ZoneErrorCode } from './errors.ts';

/** What is wrong with one entry of a zone file. Thrown and caught within this package: the reader goes on with the next entry. */
export class EntryError extends Error {
  readonly code: ZoneErrorCode;
  readonly line: number;
  readonly column: number;

  constructor(code: ZoneErrorCode, message: string, place: { line: number; column: number }) {
    super(message);
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}
