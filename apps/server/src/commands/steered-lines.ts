import type { Policy } from '@dnsteer/steering';
import { formatName } from '@dnsteer/wire';
import type { Composition } from '../control/composition.ts';

/** A line for every steered name: its policy, and how many answers it can give to each type, as far as they can be listed. */
export function steeredLines({ zones, policies }: Composition): string[] {
  return zones.flatMap(({ steered }) =>
    steered.map(({ owner, policy: name }) => `${formatName(owner)} by ${name}: ${variantsText(policies.get(name)!)}`),
  );
}

function variantsText(policy: Policy): string {
  const texts = policy.types().map((type) => {
    const variants = policy.variants(type);
    if ('reason' in variants) return `${type} can't be listed ahead (${variants.reason})`;
    return `${variants.sets.length} ${variants.sets.length === 1 ? 'variant' : 'variants'} of ${type}`;
  });
  return texts.join(', ');
}
