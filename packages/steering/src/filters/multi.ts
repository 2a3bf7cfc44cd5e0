import type { Filter } from '../filter.ts';
import type { Reading } from '../reading.ts';
import { rendezvousDraw } from '../rendezvous.ts';
import type { Roster } from '../roster.ts';
import type { Run } from '../run.ts';
import { BY_CHANCE, explainRendezvous, readingsOf, type StickyKey } from '../sticky-key.ts';

const DRAWS = 4294967296;

/** `weighted: { multi: true }`, as gdnsd-plugin-weighted(8) has it: each endpoint is answered in w / (greatest weight of its tier) of all decisions. */
export class Multi implements Filter {
  readonly name = 'weighted';
  readonly limit = Number.POSITIVE_INFINITY;
  readonly reads: readonly Reading[];
  private readonly by: StickyKey | typeof BY_CHANCE;
  private readonly stays: Uint8Array;

  constructor(roster: Roster, by: StickyKey | typeof BY_CHANCE) {
    this.by = by;
    this.reads = readingsOf(by);
    this.stays = new Uint8Array(roster.ids.length);
  }

  apply(run: Run): void {
    const { candidates, recorder, roster } = run;
    const { endpoints } = candidates;
    const { weights } = roster;
    let hash = Number.NaN;
    let isHashed = false;
    let notes = '';
    for (let tier = 0, start = 0; tier < candidates.tierCount; tier++) {
      const end = candidates.tierEnds[tier]!;
      let greatest = 0;
      for (let i = start; i < end; i++) greatest = Math.max(greatest, weights[endpoints[i]!]!);
      for (let i = start; i < end; i++) {
        const endpoint = endpoints[i]!;
        const share = greatest === 0 ? 1 : weights[endpoint]! / greatest;
        // What is certain needs no draw.
        if (share === 0 || share === 1) {
          this.stays[endpoint] = share;
          continue;
        }
        if (this.by !== BY_CHANCE && !isHashed) {
          hash = this.by.hash(run);
          isHashed = true;
        }
        const draw = Number.isNaN(hash) ? run.random() >>> 0 : rendezvousDraw(hash, roster.idHashes[endpoint]!) >>> 0;
        this.stays[endpoint] = draw / DRAWS < share ? 1 : 0;
        if (recorder !== undefined) notes += `, ${roster.ids[endpoint]} in ${round(share)}: draw ${(draw / DRAWS).toFixed(4)}`;
      }
      start = end;
    }
    // Which weight is the greatest hangs on the health of every pool.
    run.poolsDepend = true;
    if (recorder !== undefined) {
      const key = isHashed && this.by !== BY_CHANCE ? `${explainRendezvous(this.by, run, hash)}; ` : '';
      run.reason = `${key}${notes === '' ? 'each is in all answers, or in none' : notes.slice(2)}`;
    }
    candidates.keepFlagged(this.stays);
  }
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
