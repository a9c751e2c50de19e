/**
 * The state of a planned render for the person who reviews it. A clip of another request than the
 * manifest asks for now is `changed`, whatever holds it back: it never passes for ready.
 */
import { answersOf } from '../../lock/attempt.ts';
import type { Decision, LockEntry, Result } from '../../lock/file/format.ts';
import { troubleWords } from '../../plan/graph/trouble-words.ts';
import type { PlannedRender } from '../../plan/plan.ts';
import { PAGE_MARKS, type PageMark, type PageState } from './page-data.ts';

/** The state on disk of the shown clip. */
export type ShownClip = 'present' | 'absent' | 'damaged';

export interface StateOfRender {
  readonly state: PageState;
  /** One sentence, where the name of the state does not say it all. */
  readonly because?: string;
}

/** `clip`: of the entry that is shown, which is the restored result where the plan names one. */
export function pageState(
  { action, render, entry }: PlannedRender,
  clip: ShownClip,
): StateOfRender {
  if (action.kind === 'hold')
    switch (action.reason) {
      case 'ambiguous':
      case 'lost':
        return because('unclear', UNCLEAR[action.reason]);
      case 'failed':
        return { state: 'failed' };
      case 'missing':
        return because('missing', 'Rendered, but its clip is not here and its link has expired');
      case 'upstream':
        if (entry?.clip === undefined)
          return because('waiting', `It ${troubleWords(render, action)}`);
        break;
      case 'skipped':
      case 'pinned':
        break;
    }
  if (action.kind === 'wait' && entry?.clip === undefined)
    return because('waiting', `Rendered after ${action.upstream.join(' and ')}`);
  if (action.kind === 'attach') return because('pending', 'Being rendered');
  if (action.kind === 'fetch') return toFetch(action.reason);
  if (entry === undefined) return waiting(render.skip !== undefined);
  const { held, awaitsClip, isVoid } = answersOf(entry);
  if (action.kind === 'moved' && held !== undefined)
    return held === 'failed' ? { state: 'failed' } : because('unclear', UNCLEAR[held]);
  if (awaitsClip === 'pending')
    return because(
      'pending',
      action.kind === 'moved' ? 'Being rendered' : 'Being rendered, from an older request',
    );
  if (entry.clip === undefined || isVoid) return waiting(render.skip !== undefined);
  const current =
    action.kind === 'keep' ||
    action.kind === 'moved' ||
    entry.fingerprint === render.fingerprint ||
    entry.decision?.accept === render.fingerprint ||
    (render.planned !== undefined && entry.decision?.accept === render.planned);
  if (!current)
    return because(
      'changed',
      action.kind === 'hold'
        ? 'The manifest has changed since this clip was rendered'
        : 'The manifest has changed since this clip was rendered: the next run renders it again',
    );
  return onDisk(clip);
}

const UNCLEAR = {
  ambiguous: 'It is not known whether the gateway accepted the submit',
  lost: 'The gateway has no record of the task',
} as const;

/** The entry of a lock that no render of the manifest needs. */
export function orphanState(entry: LockEntry): StateOfRender {
  const { held } = answersOf(entry);
  return because(
    'orphan',
    held === 'ambiguous' || held === 'lost'
      ? 'No longer in the manifest, and its payment is unclear'
      : 'No longer in the manifest',
  );
}

/** `decision`: of the lock's entry, whichever of its results is shown. */
export function pageMarks(
  { action, render }: PlannedRender,
  shown: Result | undefined,
  decision: Decision | undefined,
): PageMark[] {
  const mismatch = (shown?.mismatch?.length ?? 0) > 0;
  const isAccepted =
    decision?.accept === render.fingerprint &&
    (mismatch || shown?.fingerprint !== render.fingerprint);
  const marks: Readonly<Record<PageMark, boolean>> = {
    mismatch,
    accepted: isAccepted,
    pinned: decision?.pin === true,
    redo: action.kind === 'submit' && action.reason === 'redo',
  };
  return PAGE_MARKS.filter((mark) => marks[mark]);
}

function onDisk(clip: ShownClip): StateOfRender {
  switch (clip) {
    case 'present':
      return { state: 'ready' };
    case 'absent':
      return because('elsewhere', 'Rendered, but not on the machine that wrote this page');
    case 'damaged':
      return because('damaged', 'The file is not the clip that was paid for');
  }
}

function toFetch(reason: 'never-landed' | 'damaged' | 'restore' | 'link-expired'): StateOfRender {
  switch (reason) {
    case 'never-landed':
      return because('pending', 'Rendered, not downloaded yet');
    case 'damaged':
      return because('damaged', 'The file is not the clip that was paid for');
    case 'restore':
      return because('elsewhere', 'Rendered, but not on the machine that wrote this page');
    case 'link-expired':
      return because('missing', 'Rendered, but its clip is not here and its link has expired');
  }
}

const waiting = (skipped: boolean): StateOfRender =>
  skipped ? because('skipped', 'Skipped by the manifest') : { state: 'waiting' };

const because = (state: PageState, text: string): StateOfRender => ({ state, because: text });
