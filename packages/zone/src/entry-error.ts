import type { ZoneErrorCode } from './errors.ts';

const CONTROLS = /\p{Cc}/gu;

/** What is wrong with one entry of a zone file. Thrown and caught within this package: the reader goes on with the next entry. */
export class EntryError extends Error {
  readonly code: ZoneErrorCode;
  readonly line: number;
  readonly column: number;

  constructor(code: ZoneErrorCode, message: string, place: { line: number; column: number }) {
    // What was found is quoted, and may be anything: a message stays on its line, and does nothing to a terminal.
    super(message.replace(CONTROLS, (character) => '\\' + String(character.charCodeAt(0)).padStart(3, '0')));
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}
