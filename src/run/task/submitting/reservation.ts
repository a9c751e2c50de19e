/** The money that a submit reserves: the estimate of the plan. */
import type { LockCost } from '../../../lock/file/format.ts';
import { toUsd } from '../../../money.ts';
import type { SubmitJob } from '../../job.ts';

export function reservation({ render: { price } }: SubmitJob): LockCost {
  if (price.kind === 'unknown') return { usd: null, source: 'estimated' };
  const { usd, from, credits, source, asOf, fromSource } = price;
  return {
    usd: toUsd(usd),
    ...(credits === undefined ? {} : { credits }),
    source: 'estimated',
    ...(from === undefined
      ? {}
      : {
          priceRange: {
            fromUsd: toUsd(from),
            toUsd: toUsd(usd),
            source,
            ...(asOf === undefined ? {} : { asOf }),
            ...(fromSource === undefined ? {} : { fromSource }),
          },
        }),
  };
}
