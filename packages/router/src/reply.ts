import { RCODE } from '@dnsteer/wire';

/** One record of an answer. */
export interface AnswerRecord {
  /** Presentation form; default: the name asked for. */
  name?: string;
  /** Mnemonic or `TYPE123`. */
  type: string;
  /** Default: IN. Another class is an error. */
  class?: 'IN';
  /** Seconds, 0 to 2^31-1; default 0: not to be cached. */
  ttl?: number;
  /** What dnsteer's and dns-packet's records hold for that type: '192.0.2.1' or { address: '192.0.2.1' } for A; presentation form works for every type. */
  data: unknown;
}

/** What a handler answers. */
export class Response {
  readonly answers: AnswerRecord[] = [];
  readonly authorities: AnswerRecord[] = [];
  readonly additionals: AnswerRecord[] = [];
  /** 0-4095; RFC 6895 2.3. */
  rcode: number = RCODE.NOERROR;
  authoritative = true;
  /**
   * The ECS SCOPE PREFIX-LENGTH (RFC 7871 7.2.1), 0-32 or 0-128; 0: the answer is the same for everyone. Left out: the client's whole prefix if the
   * handler read `req.client`, else 0. Without ECS in the query, and for an answer without records (7.4), it does not count.
   */
  ecsScope: number | undefined;
  /** Info-code and text of an Extended DNS Error (RFC 8914). */
  extendedError: { code: number; text?: string } | undefined;

  #sent = false;
  #onSent: (() => void) | undefined;
  #onAbandoned: ((reason: unknown) => void) | undefined;
  readonly #sentTwice: () => void;

  constructor(sentTwice: () => void) {
    this.#sentTwice = sentTwice;
  }

  get sent(): boolean {
    return this.#sent;
  }

  /** Sends what stands in the sections. A second call changes nothing and is reported. */
  send(): void {
    if (this.#sent) {
      this.#sentTwice();
      return;
    }
    this.#sent = true;
    this.#onSent?.();
  }

  /** Sends REFUSED, and nothing else. */
  refuse(): void {
    this.#fail(RCODE.REFUSED);
  }

  /** Sends NXDOMAIN: the name does not exist, nor anything below it (RFC 8020). */
  nxdomain(): void {
    this.#fail(RCODE.NXDOMAIN);
  }

  #fail(rcode: number): void {
    if (!this.#sent) {
      this.rcode = rcode;
      this.authoritative = rcode === RCODE.NXDOMAIN;
      for (const section of [this.answers, this.authorities, this.additionals]) section.length = 0;
    }
    this.send();
  }

  /** Resolves when {@link send} has been called; rejects when {@link abandon} was before. To be called once. */
  whenSent(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#sent) return resolve();
      this.#onSent = resolve;
      this.#onAbandoned = reject;
    });
  }

  /** Nothing will be sent any more; after {@link send} it changes nothing. */
  abandon(reason: unknown): void {
    if (!this.#sent) this.#onAbandoned?.(reason);
  }

  /** Whether anything was said: a record, an RCODE, or `send()`. */
  get spoke(): boolean {
    return this.#sent || this.rcode !== RCODE.NOERROR || this.answers.length + this.authorities.length + this.additionals.length > 0;
  }
}
