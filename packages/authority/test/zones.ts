import { readFileSync } from 'node:fs';
import type { Answerer } from '@dnsteer/router';
import { parseName, TYPE } from '@dnsteer/wire';
import { parseZoneText, type ZoneBuilder } from '@dnsteer/zone';
import { type RRsetChooser, type ZoneAnswererOptions, zoneAnswerer } from '../src/index.ts';

/** A zone without dynamic owners. */
export function answererOf(origin: string, text: string): Answerer {
  return zoneAnswerer(builderOf(origin, text).build());
}

export function builderOf(origin: string, text: string): ZoneBuilder {
  return parseZoneText(text, { origin: parseName(origin) });
}

/** test/fixtures/example.zone; `change` may add dynamic owners. */
export function plainExample(change: (builder: ZoneBuilder) => void = () => {}, options: ZoneAnswererOptions = {}): Answerer {
  return example('example.zone', change, options);
}

/** The same zone as BIND signed it. */
export function signedExample(change: (builder: ZoneBuilder) => void = () => {}, options: ZoneAnswererOptions = {}): Answerer {
  return example('signed.zone', change, options);
}

/** The plain zone with `steer` (id 7) and `*.cdn` (id 8) steered for A and AAAA, at 60 s at most. */
export function steeredExample(dynamic: RRsetChooser, change: (builder: ZoneBuilder) => void = () => {}): Answerer {
  return plainExample(
    (builder) => {
      steerExample(builder);
      change(builder);
    },
    { dynamic },
  );
}

export function steerExample(builder: ZoneBuilder): void {
  builder.addDynamic(parseName('steer.example.'), [TYPE.A, TYPE.AAAA], 7, 60);
  builder.addDynamic(parseName('*.cdn.example.'), [TYPE.A, TYPE.AAAA], 8, 60);
}

function example(file: string, change: (builder: ZoneBuilder) => void, options: ZoneAnswererOptions): Answerer {
  const builder = builderOf('example.', readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'latin1'));
  change(builder);
  return zoneAnswerer(builder.build(), options);
}
