/** Decisions as command lines that bring them into the lock, ready to be run as they are. */
import { terminalLine } from '../../../text/escape.ts';
import { shellWord } from '../../../text/shell-word.ts';
import type { PageScene } from '../../page-data.ts';
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

/** The lock takes no longer ones; UTF-16 code units. */
const MOST_NOTE = 1000;

/** Takes back first, then picks, rejects, pins and redoes. */
export function commandsOf(
  all: readonly Decided[],
  { redo, pin, by }: CommandOptions,
): readonly string[] {
  const who = by.trim() === '' ? '' : ` --by ${shellWord(by.trim())}`;
  const picksIn = new Map<PageScene, number>();
  for (const { item, decision } of all)
    if (decision.pick === true) picksIn.set(item.scene, (picksIn.get(item.scene) ?? 0) + 1);
  const lines = { unpick: [], pick: [], reject: [], pin: [], redo: [] } as Record<
    'unpick' | 'pick' | 'reject' | 'pin' | 'redo',
    string[]
  >;
  for (const { item, decision, inLock } of all) {
    if (item.render.onlyInBase === true) continue;
    const render = renderWords(item);
    const picks = picksIn.get(item.scene) ?? 0;
    const note = noteOf(item, decision.notes);
    const noteWords = note === undefined ? '' : ` --note ${shellWord(note)}`;
    const { pick: lockPick, reject: lockReject } = item.render.decided ?? {};
    if (decision.pick === true) {
      if (!isSamePick(decision, inLock) || (note !== undefined && note !== lockPick?.note))
        lines.pick.push(
          `rushes pick ${render}${partWords(decision)}${picks > 1 ? ' --also' : ''}${noteWords}${who}`,
        );
      if (pin && !item.render.marks.includes('pinned'))
        lines.pin.push(`rushes pin ${render}${who}`);
    } else if (decision.reject === true) {
      if (inLock?.reject !== true || (note !== undefined && note !== lockReject?.note))
        lines.reject.push(`rushes reject ${render}${noteWords}${who}`);
      // A pin is a person's word against it: the command would be refused.
      if (redo && !item.render.marks.includes('pinned'))
        lines.redo.push(`rushes redo ${render}${who}`);
    } else if (inLock?.reject === true || (inLock?.pick === true && picks !== 1))
      // The one pick of a scene replaces the old one automatically.
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

/** All notes of a clip as the one text that the lock has; as the command line will have it. */
function noteOf({ render }: Item, notes: readonly ReviewNote[] = []): string | undefined {
  if (notes.length === 0) return undefined;
  const fps = framesPerSecond(render.clip ?? {});
  const text = notes.map(({ at, text: said }) => `${timecode(at, fps)} ${said}`).join('; ');
  // Not half of a character that is stored as two.
  return terminalLine(text)
    .slice(0, MOST_NOTE)
    .replace(/[\uD800-\uDBFF]$/, '');
}
