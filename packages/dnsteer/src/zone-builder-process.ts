import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { importKey } from '@dnsteer/dnssec';
import { SignerError } from '@dnsteer/signer';
import { readZoneFile, type ZoneImage } from '@dnsteer/zone';
import { buildZone } from './zone-build.ts';
import {
  type BuilderStart,
  type BuiltImage,
  type FromBuilder,
  IMAGES_FD,
  type ZoneFileProblem,
  type ZoneRequest,
} from './zone-builder-messages.ts';

// Reads, signs and lays out zones beside the server.

// These are the server's to act on; who ends the server ends this process too.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('disconnect', () => process.exit(1));
process.once('message', (start: BuilderStart) => {
  void buildAll(start)
    .catch(failed)
    .then((message) => process.send!(message, undefined, undefined, () => process.disconnect()));
});

async function buildAll({ requests, nowSeconds }: BuilderStart): Promise<FromBuilder> {
  const images: BuiltImage[] = [];
  let at = 0;
  for (const request of requests) {
    const image = buildPlaced(request, nowSeconds, at);
    images.push(image);
    at += image.octets;
    // A server that is gone is noticed between zones.
    await setImmediate();
  }
  return { kind: 'built', images };
}

/** What the signer says of a zone is about its file. */
function buildPlaced(request: ZoneRequest, nowSeconds: number, at: number): BuiltImage {
  try {
    return build(request, nowSeconds, at);
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    throw Object.assign(error, { problems: [{ file: request.file, line: 0, column: 0, message: error.message }] });
  }
}

function build({ apex, file, dynamic, keys }: ZoneRequest, nowSeconds: number, at: number): BuiltImage {
  const builder = readZoneFile(file, { origin: apex });
  const { image, refreshAtSeconds } = buildZone(
    builder,
    dynamic,
    keys.map((key) => importKey(key)),
    nowSeconds,
  );
  writeImage(image, at);
  return { at, octets: image.imageOctets, serial: image.serial, refreshAtSeconds, warnings: builder.warnings(nowSeconds) };
}

/** @throws Error that says what to do, when there is no room. */
function writeImage({ octets, imageOctets }: ZoneImage, at: number): void {
  try {
    for (let written = 0; written < imageOctets; ) written += writeSync(IMAGES_FD, octets, written, imageOctets - written, at + written);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`no room for an image of ${imageOctets} octets in ${tmpdir()}: ${message}: set TMPDIR to a folder that has it`, {
      cause,
    });
  }
}

function failed(error: Error & { code?: string; problems?: readonly ZoneFileProblem[] }): FromBuilder {
  const { message, code = 'ERR', problems = [] } = error;
  return {
    kind: 'failed',
    code,
    message,
    problems: problems.map(({ file, line, column, message: text, code: own, owner }) => ({
      file,
      line,
      column,
      message: text,
      ...(own !== undefined && { code: own }),
      ...(owner !== undefined && { owner }),
    })),
  };
}
