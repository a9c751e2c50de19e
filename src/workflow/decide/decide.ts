/** A person's decisions about renders, written into their locks under the run locks. */
import { renderWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Fingerprint, RenderId, TaskId } from '../../ids.ts';
import {
  accept,
  adopt,
  type Decided,
  declareNeverHappened,
  giveUp,
  payAgain,
  pin,
  redo,
  undoAccept,
  unpin,
} from '../../lock/decisions.ts';
import { placeholdersIn } from '../../pictures/placeholder.ts';
import { readFrame } from '../../pictures/frame-text.ts';
import { pick, type Picking, reject, unpick } from '../../lock/picks.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { ExitCode } from '../../plan/exit.ts';
import type { LedgerProblem, ManifestFile } from '../open/ledger-problems.ts';
import { openLedgers } from '../open/open-ledgers.ts';
import type { Unwritten } from '../open/unwritten.ts';
import type { GivingUp } from './adopt-task.ts';
import { secretFinder } from '../../secrets/find-secrets.ts';
import type { ChosenRender } from '../load/choose-renders.ts';
import type { Surroundings } from '../open/surroundings.ts';

export type RenderDecision =
  /** Make it again although nothing changed. `undo`: keep it after all. */
  | { readonly kind: 'redo'; readonly undo?: boolean }
  /** The clip is kept for what the manifest asks for now, whose fingerprint this is. */
  | { readonly kind: 'accept'; readonly fingerprint: Fingerprint }
  | { readonly kind: 'undo-accept' }
  /** Never re-render it, whatever changes. */
  | { readonly kind: 'pin' }
  | { readonly kind: 'unpin' }
  /** The clip that is used for its scene. */
  | ({ readonly kind: 'pick' } & Omit<Picking, 'by' | 'undo'>)
  /** Not this clip. */
  | { readonly kind: 'reject'; readonly note?: string }
  /** Neither picked nor rejected. */
  | { readonly kind: 'unpick' }
  /** The submit whose answer was lost was accepted, as this task. */
  | { readonly kind: 'adopt'; readonly task: TaskId }
  /** It was not accepted: its reservation is released. */
  | { readonly kind: 'never-happened' }
  /** Submit again, at the risk of paying twice. */
  | { readonly kind: 'pay-again' }
  /**
   * A lost task counts as failed, its reservation unconfirmed; so does a pending one that its
   * gateway has no record of (`denied`).
   */
  | { readonly kind: 'give-up'; readonly denied?: TaskId };

/** `by`: who decides, written down only if given. */
function applyDecision(
  lock: Lock,
  { manifest, id }: ChosenRender,
  decision: RenderDecision,
  by?: string,
): Decided {
  const named = (between?: string): string => renderWords({ manifest, id }, between);
  const deciding = { named, ...(by === undefined ? {} : { by }) };
  switch (decision.kind) {
    case 'redo':
      return redo(lock, id, { ...deciding, undo: decision.undo === true });
    case 'accept':
      return accept(lock, id, decision.fingerprint, deciding);
    case 'undo-accept':
      return undoAccept(lock, id);
    case 'pin':
      return pin(lock, id, deciding);
    case 'unpin':
      return unpin(lock, id);
    case 'pick':
      return pick(lock, id, { ...decision, ...deciding });
    case 'reject':
      return reject(lock, id, { ...decision, ...deciding });
    case 'unpick':
      return unpick(lock, id);
    case 'adopt':
      return adopt(lock, id, decision.task, { named });
    case 'never-happened':
      return declareNeverHappened(lock, id, { named });
    case 'pay-again':
      return payAgain(lock, id, deciding);
    case 'give-up':
      return giveUp(lock, id, { named, denied: decision.denied });
  }
}

/** One decision about one render. */
export interface RenderChoice extends ChosenRender {
  /** What the person wrote: the lock will have it. */
  readonly words?: readonly string[];
  readonly decide: (lock: Lock) => Decided;
}

export const choiceOf = (
  render: ChosenRender,
  decision: RenderDecision,
  by: string | undefined,
): RenderChoice => ({
  ...render,
  words: [by, 'note' in decision ? decision.note : undefined].filter((text) => text !== undefined),
  decide: (lock) => applyDecision(lock, render, decision, by),
});

/** To give up what is lost, or pending and denied by its gateway. */
export const choiceOfGivingUp = (
  render: ChosenRender,
  given: GivingUp,
  by: string | undefined,
): RenderChoice =>
  given.kind === 'refused'
    ? { ...render, decide: () => ({ ok: false, problem: given.problem }) }
    : choiceOf(
        render,
        { kind: 'give-up', ...(given.kind === 'denied' && { denied: given.task }) },
        by,
      );

interface DecidedRender {
  readonly manifest: string;
  readonly id: RenderId;
  /** What the user should know besides. */
  readonly note?: string;
}

export interface UndecidedRender {
  readonly manifest: string;
  readonly id: RenderId;
  /** Why the decision makes no sense for it. */
  readonly problem: string;
}

export type DecisionsWritten =
  | {
      readonly kind: 'written';
      readonly decided: readonly DecidedRender[];
      /** Renders of a pattern or a tag that the decision makes no sense for, left as they are. */
      readonly left: readonly UndecidedRender[];
      /** Clips of other renders continue from these scenes: the decision may concern them too. */
      readonly othersGoOn: boolean;
      readonly notices: readonly Diagnostic[];
    }
  /** The decision makes no sense for these, so nothing was changed. */
  | {
      readonly kind: 'no-sense';
      readonly left: readonly [UndecidedRender, ...UndecidedRender[]];
      readonly notices: readonly Diagnostic[];
    }
  /** A ledger did not open. */
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
      readonly notices: readonly Diagnostic[];
    }
  | {
      readonly kind: 'unwritten';
      readonly unwritten: readonly Unwritten[];
      readonly notices: readonly Diagnostic[];
    };

/**
 * Takes the run locks of the manifests, decides on the locks as they are then, saves. All or
 * nothing where a render is named by its id; the others may be left as they are, but not all of
 * them. `command`: as the user typed it. `choices` is not empty.
 */
export async function writeDecisions(
  at: Surroundings,
  files: readonly ManifestFile[],
  { command, draft }: { readonly command: string; readonly draft?: boolean | undefined },
  choices: readonly RenderChoice[],
): Promise<DecisionsWritten> {
  const concerned = new Set(choices.map(({ manifest }) => manifest));
  const opened = await openLedgers(
    at,
    files.filter(({ manifest }) => concerned.has(manifest)),
    { spends: false, draft, command },
  );
  if (opened.kind === 'refused') return opened;
  const { ledgers } = opened;
  const locks = new Map<string, Lock>();
  const decided: DecidedRender[] = [];
  const left: UndecidedRender[] = [];
  const wrong: UndecidedRender[] = [];
  const secretsIn = secretFinder(at.env);
  for (const { manifest, id, named, words = [], decide } of choices) {
    // A lock is public where its repository is.
    const [secret] = words.flatMap(secretsIn);
    const made: Decided =
      secret === undefined
        ? decide(locks.get(manifest) ?? ledgers.lockOf(manifest))
        : { ok: false, problem: `${secret.what} would be written into the lock: take it out` };
    if (made.ok) {
      locks.set(manifest, made.lock);
      decided.push({ manifest, id, ...(made.note !== undefined && { note: made.note }) });
    } else (named ? wrong : left).push({ manifest, id, problem: made.problem });
  }
  const [first, ...others] = wrong.length > 0 || decided.length > 0 ? wrong : left;
  if (first === undefined)
    for (const [manifest, lock] of locks) ledgers.byManifest.get(manifest)?.decide(lock);
  const unwritten = await ledgers.close({ killed: false });
  const notices = ledgers.takeNotices();
  if (first !== undefined) return { kind: 'no-sense', left: [first, ...others], notices };
  if (unwritten.length > 0) return { kind: 'unwritten', unwritten, notices };
  const othersGoOn = [...locks].some(([name, lock]) => {
    const continued = continuedScenes(lock);
    return decided.some(({ manifest, id }) => manifest === name && continued.has(sceneOf(id)));
  });
  return { kind: 'written', decided, left, othersGoOn, notices };
}

/** Scenes of whose clips a request took a frame. By scene: another pick is another clip. */
const continuedScenes = ({ renders }: Lock): ReadonlySet<string> =>
  new Set(
    [...renders.values()]
      .flatMap(({ request }) => (request === undefined ? [] : placeholdersIn(request)))
      .flatMap((text) => readFrame(text)?.render ?? [])
      .map(sceneOf),
  );

const sceneOf = (id: RenderId): string => id.slice(0, id.indexOf('/'));
