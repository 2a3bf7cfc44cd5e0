import type { ZoneBuilder } from './builder.ts';
import type { ZoneProblem, ZoneProblemCode } from './errors.ts';
import { byPlace } from './findings.ts';
import { firstLine } from './source-text.ts';
import { type ReadZone, readFile, readText, type ZoneFileOptions, type ZoneTextOptions } from './zone-file.ts';

export interface InspectOptions {
  /** For signatures; the clock's time by default. */
  nowSeconds?: number;
}

/** A zone file with all that is wrong with it. */
export interface ZoneInspection {
  /** What could be read. */
  readonly builder: ZoneBuilder;
  /** Errors and warnings, up to 100 of each, in the order of the file. */
  readonly problems: readonly ZoneProblem<ZoneProblemCode>[];
  /** The lines that problems point at, as the file has them. */
  readonly lines: ReadonlyMap<ZoneProblem<ZoneProblemCode>, string>;
}

/**
 * Reads a zone file and says everything that is wrong or likely not meant, for people to see.
 *
 * @throws ZoneError ERR_ZONE_NAME, ERR_ZONE_TTL about the options only.
 */
export function inspectZoneFile(path: string, options: ZoneFileOptions & InspectOptions): ZoneInspection {
  return inspect(readFile(path, options), path, options);
}

/** As {@link inspectZoneFile}, of a text: `$INCLUDE` is an error there. */
export function inspectZoneText(text: string | Uint8Array, options: ZoneTextOptions & InspectOptions): ZoneInspection {
  return inspect(readText(text, options), options.file ?? '', options);
}

function inspect({ builder, problems: errors, sourceText }: ReadZone, mainFile: string, { nowSeconds }: InspectOptions): ZoneInspection {
  const problems = byPlace<ZoneProblemCode>([...errors, ...builder.warnings(nowSeconds ?? Math.floor(Date.now() / 1000))], mainFile);
  const lines = new Map<ZoneProblem<ZoneProblemCode>, string>();
  for (const file of new Set(problems.map((problem) => problem.file))) {
    const inFile = problems.filter((problem) => problem.file === file);
    const texts = sourceText.from(
      file,
      inFile.map(({ line }) => line),
    );
    for (const problem of inFile) {
      const text = texts.get(problem.line);
      if (text !== undefined) lines.set(problem, firstLine(text));
    }
  }
  return { builder, problems, lines };
}
