import type { ChoiceStatus, DynamicChoice, RRsetChooser } from '@dnsteer/authority';
import type { Exchange } from '@dnsteer/router';

/** Where the RRsets of one dynamic owner come from: a policy or a handler. */
export interface DynamicSource {
  /** As `RRsetChooser.choose` of @dnsteer/authority, for the one owner. */
  choose(type: number, exchange: Exchange, choice: DynamicChoice): ChoiceStatus | Promise<ChoiceStatus>;
}

/** The chooser of a zone whose dynamic ids are the indexes of `sources`. */
export function chooserOf(sources: readonly DynamicSource[]): RRsetChooser {
  return { choose: (dynamicId, type, exchange, choice) => sources[dynamicId]!.choose(type, exchange, choice) };
}
