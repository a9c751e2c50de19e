/** Why a clip whose frame is needed will not arrive: continues "it needs a frame of X, ". */
import type { UpstreamTrouble } from '../plan.ts';

export const TROUBLE_WORDS: Readonly<Record<UpstreamTrouble, string>> = {
  ambiguous: 'whose payment is unclear',
  lost: 'whose task is lost',
  failed: 'which failed',
  missing: 'whose clip cannot be fetched any more',
  pinned: 'which is pinned and has no clip here',
  skipped: 'which is skipped and has no clip',
  mismatch: 'whose clip is not what was asked for',
  elsewhere: 'whose clip is not on this machine',
};
