import { typeText } from '@dnsteer/wire';
import { EntryError } from './entry-error.ts';
import { type EntryReader, expected, tokenText } from './entry-reader.ts';
import { QUOTED, type Tokenizer, WORD } from './tokenizer.ts';

const MAX_INT = 0x7fffffff;
/** As in BIND. */
const MAX_WIDTH = 127;
const MAX_WINDOW_OCTETS = 1 << 16;

/** What stands for a `$`: `i` plus an offset, in so many digits at least, in a base. */
interface Iterator {
  offset: number;
  width: number;
  base: string;
}

/** Texts, and iterators between them. */
type Template = readonly (string | Iterator)[];

interface Place {
  line: number;
  column: number;
}

/**
 * Reads what stands behind BIND's `$GENERATE`, up to its RDATA: `start-stop[/step] owner [TTL] [class] type RDATA`.
 *
 * RDATA of several words is one quoted string, in which `\"` is a quote.
 *
 * @throws EntryError.
 */
export function readGenerate(tokenizer: Tokenizer, entries: EntryReader): GeneratedRecords {
  const range = tokenizer.next();
  const rangePlace = placeOf(tokenizer);
  const [, start, stop, step = '1'] = (range === WORD && /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(tokenText(tokenizer))) || [];
  if (!(Number(start) <= Number(stop) && Number(stop) <= MAX_INT && Number(step) >= 1 && Number(step) <= MAX_INT))
    throw expected('ERR_ZONE_GENERATE', `a range start-stop or start-stop/step, from 0 to ${MAX_INT}`, tokenizer, range);
  const values = { start: Number(start), stop: Number(stop), step: Number(step) };

  const owner = tokenizer.next();
  if (owner !== WORD) throw expected('ERR_ZONE_NAME', 'an owner name', tokenizer, owner);
  const ownerPlace = placeOf(tokenizer);
  const ownerTemplate = readTemplate(tokenText(tokenizer), values, ownerPlace);

  const rdata = entries.readType(tokenizer, tokenizer.next());
  if (rdata !== WORD && rdata !== QUOTED) throw expected('ERR_ZONE_RDATA', `the RDATA of ${typeText(entries.type)}`, tokenizer, rdata);
  const rdataPlace = placeOf(tokenizer);
  const rdataText = rdata === QUOTED ? tokenText(tokenizer).replaceAll('\\"', '"') : tokenText(tokenizer);
  const rdataTemplate = readTemplate(rdataText, values, rdataPlace);

  const ttl = entries.statedTtlSeconds < 0 ? '' : `${entries.statedTtlSeconds} `;
  const template = [...ownerTemplate, ` ${ttl}${typeText(entries.type)} `, ...rdataTemplate, '\n'];
  return new GeneratedRecords(values, template, { range: rangePlace, owner: ownerPlace, rdata: rdataPlace });
}

/** The records of a $GENERATE, as the text of a zone file with one a line. */
export class GeneratedRecords {
  readonly count: number;
  readonly windowOctets: number;
  readonly #values: { start: number; step: number };
  readonly #template: Template;
  readonly #places: { range: Place; owner: Place; rdata: Place };
  /** The next line. */
  #index = 0;
  #line = Buffer.alloc(0);
  #lineAt = 0;

  constructor(
    values: { start: number; stop: number; step: number },
    template: Template,
    places: { range: Place; owner: Place; rdata: Place },
  ) {
    this.count = Math.floor((values.stop - values.start) / values.step) + 1;
    let lineOctets = 0;
    for (const part of template) lineOctets += typeof part === 'string' ? part.length : Math.max(part.width, 16);
    this.windowOctets = Math.min(MAX_WINDOW_OCTETS, this.count * lineOctets);
    this.#values = values;
    this.#template = template;
    this.#places = places;
  }

  /** @throws EntryError when there are more than `max` records. */
  checkCount(max: number): void {
    if (this.count <= max) return;
    const message = `expected at most ${max} more records from $GENERATE in this zone, found ${this.count}`;
    throw new EntryError('ERR_ZONE_GENERATE', message, this.#places.range);
  }

  /** What an OctetWindow reads from. */
  readonly read = (into: Uint8Array, at: number): number => {
    const start = at;
    while (at < into.length) {
      if (this.#lineAt === this.#line.length) {
        if (this.#index === this.count) break;
        this.#line = Buffer.from(formatTemplate(this.#template, this.#value(this.#index++)), 'latin1');
        this.#lineAt = 0;
      }
      const copied = this.#line.copy(into, at, this.#lineAt);
      this.#lineAt += copied;
      at += copied;
    }
    return at - start;
  };

  /** An error in the text, as one in the zone file. */
  locate({ code, message }: EntryError, index: number): EntryError {
    const isAboutOwner = code === 'ERR_ZONE_NAME' || code === 'ERR_ZONE_OUT_OF_ZONE';
    const place = isAboutOwner ? this.#places.owner : this.#places.rdata;
    return new EntryError(code, `in the record for ${this.#value(index)}: ${message}`, place);
  }

  #value(index: number): number {
    return this.#values.start + this.#values.step * index;
  }
}

/** `$`, `${offset[,width[,base]]}`; `$$` and `\$` are a dollar sign. What is escaped otherwise stays so. */
function readTemplate(text: string, { start, stop }: { start: number; stop: number }, place: Place): Template {
  const template: (string | Iterator)[] = [];
  const syntax = /\\.?|\$\$|\$(?:\{([^}]*)\}?)?|[^\\$]+/gs;
  for (const [part, modifiers] of text.matchAll(syntax)) {
    if (part === '$$') template.push('\\$');
    else if (!part.startsWith('$')) template.push(part);
    else if (part === '$') template.push({ offset: 0, width: 0, base: 'd' });
    else template.push(readModifiers(part, modifiers, start, stop, place));
  }
  return template;
}

function readModifiers(part: string, modifiers: string, start: number, stop: number, place: Place): Iterator {
  const [, offset, width = '0', base = 'd'] = /^([-+]?\d{1,10})(?:,(\d{1,3})(?:,([doxXnN]))?)?$/.exec(modifiers) ?? [];
  const isInRange = start + Number(offset) >= -MAX_INT && stop + Number(offset) <= MAX_INT;
  if (isInRange && Number(width) <= MAX_WIDTH && part.endsWith('}')) return { offset: Number(offset), width: Number(width), base };
  const form = `\${offset}, \${offset,width} or \${offset,width,base}, the width up to ${MAX_WIDTH}, the base d, o, x, X, n or N`;
  throw new EntryError('ERR_ZONE_GENERATE', `expected ${form}, found "${part}"`, place);
}

function formatTemplate(template: Template, value: number): string {
  let text = '';
  for (const part of template) text += typeof part === 'string' ? part : formatValue(value + part.offset, part);
  return text;
}

/** As C's printf has it, which BIND calls: zeros up to the width behind the sign; negative numbers in 32 bits where the base isn't 10. */
function formatValue(value: number, { width, base }: Iterator): string {
  switch (base) {
    case 'd':
      return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
    case 'o':
      return (value >>> 0).toString(8).padStart(width, '0');
    case 'x':
      return (value >>> 0).toString(16).padStart(width, '0');
    case 'X':
      return (value >>> 0).toString(16).toUpperCase().padStart(width, '0');
    case 'n':
      return nibbles(value >>> 0, width);
    default:
      return nibbles(value >>> 0, width).toUpperCase();
  }
}

/** Hexadecimal digits from the lowest up, each a label, as in ip6.arpa; dots count for the width, so an even one ends in a dot. */
function nibbles(value: number, width: number): string {
  let text = '';
  do {
    text += (value & 0xf).toString(16);
    value >>>= 4;
    if (value !== 0 || text.length < width) text += '.';
  } while (value !== 0 || text.length < width);
  return text;
}

function placeOf({ line, column }: Tokenizer): Place {
  return { line, column };
}
