/** The page's words for states, money and lengths. */
import type {
  PageChangeKind,
  PageCost,
  PageData,
  PageEstimate,
  PageMark,
  PageRender,
  PageState,
} from '../../page-data.ts';

export const STATE_WORDS: Readonly<Record<PageState, string>> = {
  ready: 'ready',
  changed: 'changed',
  waiting: 'not rendered',
  pending: 'pending',
  failed: 'failed',
  unclear: 'unclear',
  missing: 'missing',
  elsewhere: 'elsewhere',
  damaged: 'damaged',
  skipped: 'skipped',
  orphan: 'not in manifest',
  earlier: 'earlier result',
};

export const MARK_WORDS: Readonly<Record<PageMark, string>> = {
  mismatch: 'not as asked',
  accepted: 'accepted',
  pinned: 'pinned',
  redo: 'to be redone',
};

/** Since another commit. Not `changed`, which is a state: the manifest against its own clip. */
export const CHANGE_WORDS: Readonly<Record<PageChangeKind, string>> = {
  new: 'new',
  changed: 'differs',
  removed: 'removed',
};

export type Tone = 'good' | 'calm' | 'wait' | 'bad';
export const STATE_TONES: Readonly<Record<PageState, Tone>> = {
  ready: 'good',
  changed: 'wait',
  waiting: 'calm',
  pending: 'calm',
  failed: 'bad',
  unclear: 'bad',
  missing: 'bad',
  elsewhere: 'calm',
  damaged: 'bad',
  skipped: 'calm',
  orphan: 'calm',
  earlier: 'calm',
};

/** The word for a facet's value: a state, a mark, or the value itself. */
export const valueWord = (value: string): string =>
  (STATE_WORDS as Readonly<Record<string, string>>)[value] ??
  (MARK_WORDS as Readonly<Record<string, string>>)[value] ??
  value;

/** `$12.34`, and `$0.0672` below ten cents. */
const dollars = (usd: number): string => withDigits(usd, usd !== 0 && Math.abs(usd) < 0.1 ? 4 : 2);

/**
 * Of one result: with the fractions of a cent that it has, up to `$0.2676`. What is read below each
 * other adds up to a total, which is in cents.
 */
export const priceWords = (usd: number): string =>
  withDigits(usd, [2, 3].find((digits) => Math.abs(usd - Number(usd.toFixed(digits))) < 1e-7) ?? 4);

const withDigits = (usd: number, digits: number): string =>
  `$${usd.toFixed(digits).replace(/\B(?=(?:\d{3})+\.)/g, ',')}`;

export const costWords = ({ usd, kind }: PageCost): string =>
  usd === undefined
    ? 'unpriced'
    : kind === 'charged'
      ? priceWords(usd)
      : `${priceWords(usd)} ${kind}`;

export const estimateWords = ({ fromUsd, toUsd }: PageEstimate): string =>
  fromUsd === toUsd ? priceWords(toUsd) : `${priceWords(fromUsd)} to ${priceWords(toUsd)}`;

export function lengthWords(seconds: number): string {
  const whole = Math.round(seconds * 100) / 100;
  if (whole < 100) return `${whole} s`;
  const rounded = Math.round(whole);
  return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}

const thousands = new Intl.NumberFormat('en');
export const countWords = (count: number, one: string, many = `${one}s`): string =>
  `${thousands.format(count)} ${count === 1 ? one : many}`;

interface Totals {
  clips: number;
  seconds: number;
  charged: number;
  reserved: number;
  unclear: number;
  refunded: number;
  refundPromised: number;
  unpriced: number;
}

function addCost(totals: Totals, cost: PageCost | undefined): void {
  if (cost === undefined) return;
  if (cost.usd === undefined) totals.unpriced += 1;
  else {
    totals[cost.kind] += cost.usd;
    if (cost.refundPromised === true) totals.refundPromised += cost.usd;
  }
  totals.refunded += cost.refundedUsd ?? 0;
}

export function totalsOf(renders: Iterable<PageRender>): Totals {
  const totals: Totals = {
    clips: 0,
    seconds: 0,
    charged: 0,
    reserved: 0,
    unclear: 0,
    refunded: 0,
    refundPromised: 0,
    unpriced: 0,
  };
  for (const { clip, cost, earlier, onlyInBase } of renders) {
    if (clip !== undefined) {
      totals.clips += 1;
      totals.seconds += clip.seconds;
    }
    // The lock no longer counts it.
    if (onlyInBase === true) continue;
    addCost(totals, cost);
    // Money for earlier results is spent, whatever is shown now.
    if (earlier !== undefined) for (const result of earlier) addCost(totals, result.cost);
  }
  return totals;
}

/** `12 clips · 1 min 0 s · $4.03 charged · $0.40 reserved`; a draft has no money. */
export const totalsWords = (totals: Totals, page: Pick<PageData, 'draft'>): string =>
  totalsParts(totals, page).join(' · ');

export function totalsParts(totals: Totals, { draft }: Pick<PageData, 'draft'>): readonly string[] {
  const money = (['charged', 'reserved', 'unclear', 'refunded'] as const)
    .filter((kind) => totals[kind] > 0)
    .map((kind) => `${dollars(totals[kind])} ${kind}`);
  const refund =
    totals.refundPromised > 0 ? [`${dollars(totals.refundPromised)} refund promised`] : [];
  const unpriced = totals.unpriced > 0 ? [`${totals.unpriced} unpriced`] : [];
  return [
    countWords(totals.clips, 'clip'),
    lengthWords(totals.seconds),
    ...(draft ? [] : [...money, ...refund, ...unpriced]),
  ];
}

/** The label of a render for screen readers. `trouble`: where its clip cannot be seen. */
export function spokenName(
  render: PageRender,
  decided: readonly string[],
  trouble?: string,
): string {
  const { id, clip, cost, error, state, marks } = render;
  return [
    id.split('/').slice(0, 2).join(', '),
    ...(render.take > 1 ? [`take ${render.take}`] : []),
    STATE_WORDS[state],
    ...(trouble === undefined ? [] : [`clip ${trouble}`]),
    ...marks.map((mark) => MARK_WORDS[mark]),
    ...(render.change === undefined
      ? []
      : [`${CHANGE_WORDS[render.change]} since the other commit`]),
    ...decided,
    ...(error === undefined ? [] : [error.message]),
    ...(clip === undefined ? [] : [lengthWords(clip.seconds)]),
    ...(cost === undefined ? [] : [costWords(cost)]),
  ].join(', ');
}

/** `2026-11-20 10:02`, in the reader's own time. */
export function timeWords(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export const bytesWords = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
