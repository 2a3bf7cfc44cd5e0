import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseZoneText, readZoneFile, type ZoneBuilder } from '@dnsteer/zone';

/** Where a zone's records come from. Read anew whenever the zone is built: when handlers are added, and when signatures are refreshed. */
export interface ZoneSource {
  /**
   * @param origin - the apex, a wire name.
   * @throws ZoneError with every problem by file, line and column.
   */
  read(origin: Uint8Array): ZoneBuilder;
  /** What tells it from other sources, in any thread of this process; left out: worker threads each build their own image of the zone. */
  readonly identity?: string;
}

/**
 * A zone file (RFC 1035 5). Its records are read, and its errors found, when it is given to `app.zone()`.
 *
 * @throws the file system's error (rejects) when the file can't be read.
 */
export async function loadZone(path: string): Promise<ZoneSource> {
  const absolute = resolve(path);
  await access(absolute, constants.R_OK);
  return { identity: `file ${absolute}`, read: (origin) => readZoneFile(absolute, { origin }) };
}

/** A zone in text, as a zone file has it. */
export function zoneText(text: string): ZoneSource {
  return {
    get identity() {
      return `text ${createHash('sha256').update(text).digest('hex')}`;
    },
    read: (origin) => parseZoneText(text, { origin }),
  };
}
