import { parseName, TYPE, WireError } from '@dnsteer/wire';
import { ZoneBuilder } from './builder.ts';
import { EntryError } from './entry-error.ts';
import { ZoneError, type ZoneProblem, zoneError } from './errors.ts';
import { MAX_TTL_SECONDS } from './layout.ts';
import { FILES, type SourceText, sourceOfText } from './source-text.ts';
import { ZoneReader } from './zone-reader.ts';

const MAX_PROBLEMS = 100;

export interface ZoneFileOptions {
  /** The zone, and what relative names are relative to at first: a wire name, or a name as text (absolute, with or without the final dot). */
  origin: Uint8Array | string;
  /** As if the file began with this $TTL. */
  defaultTtlSeconds?: number;
}

export interface ZoneTextOptions extends ZoneFileOptions {
  /** What problems call the text. */
  file?: string;
}

/**
 * Reads a zone file (RFC 1035 5, $TTL of RFC 2308 4) with what it includes. The file may be larger than memory would like: it is read in pieces.
 *
 * @returns a builder whose zone has no problems; records, dynamic owners and signatures may be added before it is built.
 * @throws ZoneError with all problems found, up to 100, with file, line and column.
 */
export function readZoneFile(path: string, options: ZoneFileOptions): ZoneBuilder {
  return sound(readFile(path, options));
}

/**
 * Reads a zone from text, in UTF-8 if it is octets. `$INCLUDE` is an error here: text may come from anywhere, and opens no files.
 *
 * @param options.file - what errors call it.
 * @throws as {@link readZoneFile}.
 */
export function parseZoneText(text: string | Uint8Array, options: ZoneTextOptions): ZoneBuilder {
  return sound(readText(text, options));
}

/** What was read, as far as it could be read, and all errors. */
export interface ReadZone {
  readonly builder: ZoneBuilder;
  readonly problems: readonly ZoneProblem[];
  readonly sourceText: SourceText;
}

/** As {@link readZoneFile}, but errors of the zone are not thrown. */
export function readFile(path: string, options: ZoneFileOptions): ReadZone {
  return read(path, options, FILES, (reader) => reader.readFile(path));
}

/** As {@link parseZoneText}, but errors of the zone are not thrown. */
export function readText(text: string | Uint8Array, options: ZoneTextOptions): ReadZone {
  const file = options.file ?? '';
  const octets = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return read(file, options, sourceOfText(octets, file), (reader) => reader.readText(octets, file));
}

function sound({ builder, problems }: ReadZone): ZoneBuilder {
  const [first, ...others] = problems;
  if (first !== undefined) throw new ZoneError([first, ...others]);
  return builder;
}

function read(
  file: string,
  { origin, defaultTtlSeconds }: ZoneFileOptions,
  sourceText: SourceText,
  readInto: (reader: ZoneReader) => void,
): ReadZone {
  if (defaultTtlSeconds !== undefined && !(defaultTtlSeconds >= 0 && defaultTtlSeconds <= MAX_TTL_SECONDS)) {
    throw zoneError('ERR_ZONE_TTL', `expected a default TTL of 0 to ${MAX_TTL_SECONDS} seconds, found ${defaultTtlSeconds}`);
  }
  const builder = new ZoneBuilder(typeof origin === 'string' ? parseOrigin(origin) : origin, sourceText);
  const reader = new ZoneReader(builder, builder.apex, defaultTtlSeconds ?? -1);
  try {
    readInto(reader);
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const { code, message, line, column } = error;
    return { builder, problems: [{ code, message, file, line, column }], sourceText };
  }
  return { builder, problems: withZoneProblems(reader, builder), sourceText };
}

/** What is missing in the zone may just stand in a line that couldn't be read. */
function withZoneProblems(reader: ZoneReader, builder: ZoneBuilder): ZoneProblem[] {
  const certain = builder.check().filter(({ code }) => {
    if (code === 'ERR_ZONE_SOA_MISSING') return !reader.mayHaveMissed(TYPE.SOA);
    return code !== 'ERR_ZONE_NS_MISSING' || !reader.mayHaveMissed(TYPE.NS);
  });
  return [...reader.problems, ...certain].slice(0, MAX_PROBLEMS);
}

function parseOrigin(text: string): Uint8Array {
  try {
    return parseName(text);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw zoneError('ERR_ZONE_NAME', `expected the name of a zone, found ${error.message}`, { cause: error });
  }
}
