/** Decisions as command lines that bring them into the lock, ready to be run as they are. */
import { shellWord } from '../../../text/shell-word.ts';
import type { ReviewDecision, ReviewNote } from '../../review-file.ts';
import { timecode, framesPerSecond } from '../playback/timecode.ts';
import type { Item } from './review.ts';

export interface Decided {
  readonly item: Item;
  readonly decision: ReviewDecision;
  /** Decisions that the lock already has. */
  readonly inLock: ReviewDecision | undefined;
}

export interface CommandOptions {
  /** Make rejected clips again. */
  readonly redo: boolean;
  /** Never make picked clips again. */
  readonly pin: boolean;
  readonly by: string;
}

/** The lock takes no longer ones. */
const MOST_NOTE = 1000;

/** Takes back first, then picks, rejects, pins and redoes. */
export function commandsOf(
  all: readonly Decided[],
  { redo, pin, by }: CommandOptions,
): readonly string[] {
  const who = by.trim() === '' ? '' : ` --by ${shellWord(by.trim())}`;
  const pickedScenes = new Set(
    all.filter(({ decision }) => decision.pick === true).map(({ item }) => item.scene),
  );
  const lines = { unpick: [], pick: [], reject: [], pin: [], redo: [] } as Record<
    'unpick' | 'pick' | 'reject' | 'pin' | 'redo',
    string[]
  >;
  for (const { item, decision, inLock } of all) {
    const render = renderWords(item);
    if (decision.pick === true) {
      if (!isSamePick(decision, inLock) || decision.notes !== undefined)
        lines.pick.push(
          `rushes pick ${render}${partWords(decision)}${noteWords(item, decision.notes)}${who}`,
        );
      if (pin && !item.render.marks.includes('pinned'))
        lines.pin.push(`rushes pin ${render}${who}`);
    } else if (decision.reject === true) {
      if (inLock?.reject !== true || decision.notes !== undefined)
        lines.reject.push(`rushes reject ${render}${noteWords(item, decision.notes)}${who}`);
      if (redo) lines.redo.push(`rushes redo ${render}${who}`);
    } else if (inLock?.reject === true || (inLock?.pick === true && !pickedScenes.has(item.scene)))
      // Picking another clip replaces a pick automatically.
      lines.unpick.push(`rushes unpick ${render}${who}`);
  }
  return [...lines.unpick, ...lines.pick, ...lines.reject, ...lines.pin, ...lines.redo];
}

/** `film:crab/kling manifests/film.yaml`: unambiguous, and read from that manifest only. */
const renderWords = ({ projectName, render, manifest }: Item): string =>
  `${shellWord(`${projectName}:${render.id}`)} ${shellWord(manifest)}`;

const isSamePick = (a: ReviewDecision, b: ReviewDecision | undefined): boolean =>
  b?.pick === true && a.in === b.in && a.out === b.out;

const partWords = ({ in: from, out }: ReviewDecision): string =>
  `${from === undefined ? '' : ` --in ${from}`}${out === undefined ? '' : ` --out ${out}`}`;

function noteWords({ render }: Item, notes: readonly ReviewNote[] | undefined): string {
  if (notes === undefined || notes.length === 0) return '';
  const fps = framesPerSecond(render.clip ?? {});
  const text = notes.map(({ at, text: said }) => `${timecode(at, fps)} ${said}`).join('; ');
  return ` --note ${shellWord([...text].slice(0, MOST_NOTE).join(''))}`;
}
