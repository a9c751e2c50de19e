/** Renders whose result is kept under another name, in the wording that every output uses. */
import type { RenderId } from '../../ids.ts';
import type { Action, PlannedRender } from '../../plan/plan.ts';
import { qualified } from '../text/format.ts';

type Moved = Extract<Action, { kind: 'moved' }>;

export interface Move {
  readonly to: RenderId;
  readonly action: Moved;
  readonly restored: boolean;
}

export const movesOf = (renders: readonly PlannedRender[]): readonly Move[] =>
  renders.flatMap(({ render, action, restored }) =>
    action.kind === 'moved' ? [{ to: render.id, action, restored: restored !== undefined }] : [],
  );

/** `same request under another id or path`. */
export const movesWords = (moves: readonly Move[]): string =>
  `same request under another ${moves.some(({ action }) => action.fromManifest !== undefined) ? 'id or manifest' : 'id or path'}`;

/** `old/kling -> crab/kling, then its clip is fetched`; `film:old/kling` from another manifest. */
export const moveWords = ({ to, action, restored }: Move, arrow: string): string =>
  `${isSameRender(action, to) ? `${to}: its clip gets another name` : `${movedFrom(action)} ${arrow} ${to}`}${restored ? ', as an earlier result of it has it' : ''}${afterMove(action)}`;

const movedFrom = ({ from, fromManifest }: Moved): string =>
  fromManifest === undefined ? from : qualified(fromManifest, from);

/** Only its clip moves: the render was adopted, or its output has changed. */
const isSameRender = ({ from, fromManifest }: Moved, to: RenderId): boolean =>
  fromManifest === undefined && from === to;

/** Further actions for a moved entry. */
function afterMove({ then }: Moved): string {
  switch (then) {
    case 'keep':
      return '';
    case 'attach':
      return ', then its pending task is followed';
    case 'fetch':
      return ', then its clip is fetched';
    case 'hold':
      return ', and it stays held';
  }
}
