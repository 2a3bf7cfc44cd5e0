import { WireError } from '../errors.ts';
import { readEscape, utf8Octets } from '../name-text.ts';

/** One word of a zone file's RDATA. */
export interface RdataToken {
  /** As it stands, escapes kept, surrounding quotes removed; one character is one octet. */
  text: string;
  quoted: boolean;
}

/** The words and quoted strings of RDATA in text, as in a zone file, without comments and parentheses. A quote ends the word before it (`alpn="h2,h3"`). */
export function rdataTokens(text: string): RdataToken[] {
  const oneCharacterAnOctet = Array.from(utf8Octets(text), (octet) => String.fromCharCode(octet)).join('');
  return Array.from(oneCharacterAnOctet.matchAll(/"((?:[^"\\]|\\.)*)"|(?:[^\s"\\]|\\.)+|[^\s]/g), ([word, inQuotes]) => ({
    text: inQuotes ?? word,
    quoted: inQuotes !== undefined,
  }));
}

const NO_TOKEN: RdataToken = { text: '', quoted: false };

/**
 * The tokens of one RDATA, read from left to right.
 *
 * Quotes are around a <character-string> (RFC 1035 5.1), and so only where a field reads by {@link nextText}. Names, numbers, addresses and the rest are
 * words: `NS "b"` is more likely a mistake than a name.
 */
export class TokenReader {
  readonly tokens: readonly RdataToken[];
  /** What relative names are relative to; `undefined`: they are absolute. */
  readonly origin: Uint8Array | undefined;
  #index = 0;

  constructor(tokens: readonly RdataToken[], origin?: Uint8Array) {
    this.tokens = tokens;
    this.origin = origin;
  }

  get hasMore(): boolean {
    return this.#index < this.tokens.length;
  }

  /** The next token, a word; `expected` names it in the error when there is none, or quotes are around it. */
  next(expected: string): RdataToken {
    const token = this.nextText(expected);
    if (token.quoted) throw this.wrong(`${expected} without quotes`);
    return token;
  }

  /** The next token of a field that is text: quotes may be around it. */
  nextText(expected: string): RdataToken {
    const token = this.tokens[this.#index];
    if (token === undefined) throw this.#error(this.#index, `expected ${expected}, found the end`);
    this.#index++;
    return token;
  }

  /** The next token, which stays to be read. */
  peek(): RdataToken | undefined {
    return this.tokens[this.#index];
  }

  /** The texts of all tokens left, which are words, as one: long hex or base64 may be cut anywhere. */
  joinRest(expected: string): string {
    let text = this.next(expected).text;
    while (this.hasMore) text += this.next(expected).text;
    return text;
  }

  /** An error about the token that was read last. */
  wrong(expected: string): WireError {
    const index = this.#index - 1;
    const { text, quoted } = this.tokens[index] ?? NO_TOKEN;
    return this.#error(index, `expected ${expected}, found "${text}"${quoted ? ' in quotes' : ''}`);
  }

  /** Runs `read` and lays the place of the token read last on the errors of others. */
  locate<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WireError) || error.tokenIndex !== undefined) throw error;
      throw new WireError(error.code, error.message, this.#index - 1);
    }
  }

  end(): void {
    if (this.hasMore) throw this.#error(this.#index, `expected nothing more, found "${this.tokens[this.#index].text}"`);
  }

  #error(index: number, message: string): WireError {
    return new WireError('ERR_WIRE_RDATA_SYNTAX', message, index);
  }
}

/**
 * Cuts RDATA in presentation format on one line into its tokens: words between white space, and quoted strings (RFC 1035 5.1).
 *
 * Quotes inside a word belong to the word, and white space between them too (`alpn="h2 h3"`).
 *
 * @throws WireError ERR_WIRE_RDATA_SYNTAX for a quote that is never closed.
 */
export function splitTokens(text: string): RdataToken[] {
  const tokens: RdataToken[] = [];
  for (let at = 0; ; ) {
    while (/\s/.test(text.charAt(at))) at++;
    if (at === text.length) return tokens;
    const quoted = text[at] === '"';
    let word = '';
    let inQuotes = false;
    for (; at < text.length && (inQuotes || !/\s/.test(text[at])); at++) {
      if (text[at] === '"') inQuotes = !inQuotes;
      else if (text[at] === '\\') word += text[at++] + text.charAt(at);
      else word += text[at];
    }
    if (inQuotes) throw new WireError('ERR_WIRE_RDATA_SYNTAX', 'expected a closing quote, found the end', tokens.length);
    tokens.push({ text: word, quoted });
    at = Math.min(at, text.length);
  }
}

/**
 * The octets of a text with its escapes resolved (RFC 1035 5.1).
 *
 * @throws WireError ERR_WIRE_ESCAPE_SYNTAX.
 */
export function unescapeText(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Few texts have either.
    if (code === 0x5c || code > 0xff) return resolveEscapes(text);
    octets[i] = code;
  }
  return octets;
}

function resolveEscapes(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 3);
  let to = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) {
      const escaped = readEscape(text, i);
      octets[to++] = escaped & 0xff;
      i += escaped >> 8;
    } else if (code <= 0xff) {
      octets[to++] = code;
      i++;
    } else {
      const character = String.fromCodePoint(text.codePointAt(i)!);
      for (const octet of utf8Octets(character)) octets[to++] = octet;
      i += character.length;
    }
  }
  return octets.slice(0, to);
}

/** Octets as the inside of a quoted string: `"` and `\` escaped, what is not printable ASCII as `\DDD`. */
export function escapeText(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    if (octet < 0x20 || octet >= 0x7f) text += '\\' + String(octet).padStart(3, '0');
    else if (octet === 0x22 || octet === 0x5c) text += '\\' + String.fromCharCode(octet);
    else text += String.fromCharCode(octet);
  }
  return text;
}
