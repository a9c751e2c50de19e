/** A person's decision about one render, written into its lock under the run lock. */
import type { Diagnostic } from '../diagnostic.ts';
import type { Fingerprint, RenderId, TaskId } from '../ids.ts';
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
} from '../lock/decisions.ts';
import type { Lock } from '../lock/file/format.ts';
import type { ExitCode } from '../plan/exit.ts';
import {
  type LedgerProblem,
  type ManifestFile,
  openLedgers,
  type Unwritten,
} from './open-ledgers.ts';
import type { Surroundings } from './surroundings.ts';

export type RenderDecision =
  /** Make it again although nothing changed. `undo`: leave it as it is after all. */
  | { readonly kind: 'redo'; readonly undo?: boolean }
  /** The clip is kept for what the manifest asks for now, whose fingerprint this is. */
  | { readonly kind: 'accept'; readonly fingerprint: Fingerprint }
  | { readonly kind: 'undo-accept' }
  /** Never re-render it, whatever changes. */
  | { readonly kind: 'pin' }
  | { readonly kind: 'unpin' }
  /** The submit whose answer was lost was accepted, as this task. */
  | { readonly kind: 'adopt'; readonly task: TaskId }
  /** It was not accepted: its reservation is released. */
  | { readonly kind: 'never-happened' }
  /** Submit again, at the risk of paying twice. */
  | { readonly kind: 'pay-again' }
  /** A lost task counts as failed, its reservation unconfirmed. */
  | { readonly kind: 'give-up' };

/** `by`: who decides, written down only if given. */
export function applyDecision(
  lock: Lock,
  id: RenderId,
  decision: RenderDecision,
  by?: string,
): Decided {
  const deciding = by === undefined ? {} : { by };
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
    case 'adopt':
      return adopt(lock, id, decision.task);
    case 'never-happened':
      return declareNeverHappened(lock, id);
    case 'pay-again':
      return payAgain(lock, id, deciding);
    case 'give-up':
      return giveUp(lock, id);
  }
}

export type DecisionWritten =
  | {
      readonly kind: 'written';
      /** What the user should know besides. */
      readonly note?: string;
      readonly notices: readonly Diagnostic[];
    }
  /** The decision makes no sense for this render; nothing was changed. */
  | {
      readonly kind: 'no-sense';
      readonly problem: string;
      readonly notices: readonly Diagnostic[];
    }
  /** The ledger did not open. */
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

/** Takes the run lock, decides on the lock as it is then, saves. `command`: as the user typed it. */
export async function writeDecision(
  at: Surroundings,
  file: ManifestFile,
  command: string,
  decide: (lock: Lock) => Decided,
): Promise<DecisionWritten> {
  const opened = await openLedgers(at, [file], { spends: false, command });
  if (opened.kind === 'refused') return opened;
  const { ledgers } = opened;
  const made = decide(ledgers.lockOf(file.manifest));
  if (made.ok) ledgers.byManifest.get(file.manifest)?.decide(made.lock);
  const unwritten = await ledgers.close({ killed: false });
  const notices = ledgers.takeNotices();
  if (!made.ok) return { kind: 'no-sense', problem: made.problem, notices };
  if (unwritten.length > 0) return { kind: 'unwritten', unwritten, notices };
  return { kind: 'written', ...(made.note === undefined ? {} : { note: made.note }), notices };
}
