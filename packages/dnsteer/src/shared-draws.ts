/** Draws that several decisions of one query have in common. Makes no garbage. */
export class SharedDraws {
  readonly next: () => number;
  readonly #drawn: number[] = [];
  #count = 0;
  #at = 0;

  /** @param random - unsigned 32-bit integers. */
  constructor(random: () => number) {
    this.next = () => {
      if (this.#at === this.#count) this.#drawn[this.#count++] = random();
      return this.#drawn[this.#at++]!;
    };
  }

  /** Another query. */
  begin(): void {
    this.#count = 0;
    this.#at = 0;
  }

  /** The next decision of the query. */
  restart(): void {
    this.#at = 0;
  }
}
