import type { Exchange } from './exchange.ts';
import { type Pattern, patternParams } from './pattern.ts';
import { type AnswerRecord, Response } from './reply.ts';
import { Request } from './request.ts';

/** What a handler gets: the request, the response, and the labels that its pattern caught. */
export class Context {
  readonly req: Request;
  readonly res: Response;
  /** The query in octets, for those who build on them; to be read only. */
  readonly exchange: Exchange;
  readonly #pattern: Pattern | undefined;
  #params: Readonly<Record<string, string>> | undefined;

  /** @param pattern - what the name has matched; undefined where it is one name without parameters. */
  constructor(exchange: Exchange, pattern: Pattern | undefined, sentTwice: () => void) {
    this.exchange = exchange;
    this.req = new Request(exchange);
    this.res = new Response(sentTwice);
    this.#pattern = pattern;
  }

  /** Values of `:name` labels, lower case; `*` holds what the leftmost `*` stood for. */
  get params(): Readonly<Record<string, string>> {
    return (this.#params ??= this.#pattern === undefined ? {} : patternParams(this.#pattern, this.name));
  }

  get name(): string {
    return this.req.name;
  }

  get type(): string {
    return this.req.type;
  }

  /** The ECS scope of the answer: what the handler said, else all that it can have looked at; 0 without an answer (RFC 7871 7.4). */
  get ecsScope(): number {
    if (this.res.answers.length === 0) return 0;
    return this.res.ecsScope ?? (this.req.clientWasRead ? this.req.client.prefixLength : 0);
  }

  /** Adds records to the answer section. They go out when the handler returns. */
  answer(...records: AnswerRecord[]): void {
    this.res.answers.push(...records);
  }

  /** Answers REFUSED. */
  refuse(): void {
    this.res.refuse();
  }

  /** Answers NXDOMAIN. */
  nxdomain(): void {
    this.res.nxdomain();
  }
}

/** Answers by calling `c.answer()`; the answer goes out when it returns, or when its promise resolves. */
export type Handler = (c: Context) => void | Promise<void>;
