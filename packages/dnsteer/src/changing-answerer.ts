import type { Answerer, AnswerStatus, Exchange } from '@dnsteer/router';
import type { ZoneImage } from '@dnsteer/zone';

/** Answers from the newest version of a zone. What waits for a handler goes on in the version that it began in. */
export class ChangingAnswerer implements Answerer {
  readonly apex: Uint8Array;
  image: ZoneImage;
  readonly #bind: (image: ZoneImage) => Answerer;
  #answerer: Answerer;

  constructor(image: ZoneImage, bind: (image: ZoneImage) => Answerer) {
    this.#bind = bind;
    this.#answerer = bind(image);
    this.image = image;
    this.apex = this.#answerer.apex;
  }

  answerFrom(image: ZoneImage): void {
    this.#answerer = this.#bind(image);
    this.image = image;
  }

  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
    return this.#answerer.answer(exchange);
  }

  holds(exchange: Exchange): boolean {
    return this.#answerer.holds?.(exchange) ?? false;
  }

  negative(exchange: Exchange): void {
    this.#answerer.negative?.(exchange);
  }
}
