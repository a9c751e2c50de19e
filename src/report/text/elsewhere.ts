/** Clips that landed once and are not on this machine: which way brings each back. */
import { renderWords } from '../../command-words.ts';
import type { RenderId } from '../../ids.ts';
import { linkLives } from '../../lock/link-life.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { terminalLine } from './escape.ts';
import { plural, qualified } from './format.ts';
import { shellWord } from './shell-word.ts';

export interface ElsewhereClip {
  readonly id: RenderId;
  readonly entry: LockEntry;
}

export interface ElsewhereStep {
  /** `3 links live`, `1 link has expired`. */
  readonly reason: string;
  readonly command: string;
  /** What the command costs, or where it must be given. */
  readonly caution?: string;
}

/** The first step is the best. `nowMs`: epoch milliseconds. `draft`: for the commands. */
export function elsewhereSteps(
  manifest: string,
  clips: readonly ElsewhereClip[],
  { nowMs, draft = false }: { readonly nowMs: number; readonly draft?: boolean },
): readonly ElsewhereStep[] {
  const live = clips.filter(({ entry }) => linkLives(entry, nowMs));
  const dead = clips.filter(({ entry }) => !linkLives(entry, nowMs));
  const file = shellWord(manifest);
  const rehearsal = draft ? ' --draft' : '';
  const pinned = dead.find(({ entry }) => entry.decision?.pin === true);
  // What is pinned is never paid for again.
  const first = dead.find(({ entry }) => entry.decision?.pin !== true);
  return [
    ...(live.length === 0
      ? []
      : [
          {
            reason: plural(live.length, 'link lives', 'links live'),
            command: `rushes render ${file} --restore${rehearsal}`,
          },
        ]),
    ...(dead.length === 0 || draft
      ? []
      : [
          {
            reason: plural(dead.length, 'link has expired', 'links have expired'),
            command: `rushes store push ${file}`,
            caution: 'on the machine that has the clips; or copy the files from there',
          },
        ]),
    ...(first === undefined
      ? []
      : [
          {
            reason: 'if no machine has it any more',
            command: `rushes render ${file} --resubmit-missing --only ${shellWord(qualified(manifest, first.id))}${rehearsal}`,
            caution:
              'pays again, unless the gateway has a fresh link; an id named in full, one --only for each',
          },
        ]),
    ...(pinned === undefined
      ? []
      : [
          {
            reason: 'pinned, if no machine has it any more',
            command: `rushes unpin ${terminalLine(renderWords({ manifest, id: pinned.id }))}`,
            caution: 'a pinned render is never paid for again',
          },
        ]),
  ];
}
