/** Numbers the figures of feeds: `id` is a pool (`eu`) or an endpoint (`eu/fra1`). Asked once per figure, when a policy is defined. */
export type FeedSlotOf = (feed: string, id: string) => number;

/** A figure that a policy may look at. */
export interface FeedSlot {
  readonly feed: string;
  /** `eu` or `eu/fra1`. */
  readonly id: string;
  readonly slot: number;
}

/** The figures that a policy asks for, each once. */
export class FeedSlots {
  readonly #slotOf: FeedSlotOf;
  readonly #known = new Map<string, FeedSlot>();

  constructor(slotOf: FeedSlotOf | undefined) {
    this.#slotOf = slotOf ?? (() => this.#known.size);
  }

  get all(): FeedSlot[] {
    return [...this.#known.values()];
  }

  readonly slotOf: FeedSlotOf = (feed, id) => {
    const key = JSON.stringify([feed, id]);
    const known = this.#known.get(key) ?? { feed, id, slot: this.#slotOf(feed, id) };
    this.#known.set(key, known);
    return known.slot;
  };
}
