/** A person's decision about one render. */
import path from 'node:path';
import { parseRenderId, parseTaskId } from '../ids.ts';
import { applyDecision, type RenderDecision, writeDecision } from '../workflow/decide.ts';
import { resolveManifests } from '../workflow/load-manifests.ts';
import type { Surroundings } from '../workflow/surroundings.ts';
import { invalid, RefusedError, refusal } from './errors.ts';
import { surroundingsOf } from './options.ts';
import type { LoadOptions } from './plan.ts';

/** `undo` takes an earlier decision of that kind back. */
export type Decision =
  /** Make it again although nothing changed: the next run pays for it. */
  | { readonly kind: 'redo'; readonly undo?: boolean }
  /** Keep the clip for what the manifest asks for now. */
  | { readonly kind: 'accept'; readonly undo?: boolean }
  /** Never re-render it, whatever changes. */
  | { readonly kind: 'pin'; readonly undo?: boolean }
  /** A submit whose payment is unclear was accepted, as this task of the gateway. */
  | { readonly kind: 'recover'; readonly how: 'adopt'; readonly task: string }
  /**
   * It was never accepted; it shall be submitted again at the risk of paying twice; or a lost task
   * is given up.
   */
  | { readonly kind: 'recover'; readonly how: 'never-happened' | 'pay-again' | 'give-up' };

export interface DecideOptions extends LoadOptions {
  /** Who decides; written into the lock only if given. */
  readonly by?: string;
}

export interface Decided {
  /** What is worth knowing besides. */
  readonly note?: string;
}

/**
 * Writes a decision about one render of a manifest into its lock. Sends nothing. Rejects with
 * `RefusedError` if the decision makes no sense for the render (exit 64, the message says why), if
 * another run is at work (6), or if the lock cannot be read or written (65).
 */
export async function decide(
  manifest: string,
  id: string,
  decision: Decision,
  options: DecideOptions = {},
): Promise<Decided> {
  const at = surroundingsOf(options);
  const render = parseRenderId(id);
  if (render === undefined) throw new RefusedError(`${JSON.stringify(id)} is not a render id`, 64);
  const wanted = await decisionOf(at, manifest, id, decision, options);
  const file = { manifest, manifestPath: path.resolve(at.cwd, manifest) };
  const written = await writeDecision(at, file, 'rushes (library)', (lock) =>
    applyDecision(lock, render.id, wanted, options.by),
  );
  switch (written.kind) {
    case 'written':
      return written.note === undefined ? {} : { note: written.note };
    case 'no-sense':
      throw new RefusedError(written.problem, 64);
    case 'refused':
      throw refusal(written);
    case 'unwritten':
      throw new RefusedError(
        `the decision could not be written: ${written.unwritten.map(({ message }) => message).join('; ')}`,
        65,
      );
  }
}

async function decisionOf(
  at: Surroundings,
  manifest: string,
  id: string,
  decision: Decision,
  { vars = {} }: DecideOptions,
): Promise<RenderDecision> {
  switch (decision.kind) {
    case 'redo':
      return { kind: 'redo', undo: decision.undo === true };
    case 'pin':
      return { kind: decision.undo === true ? 'unpin' : 'pin' };
    case 'accept': {
      if (decision.undo === true) return { kind: 'undo-accept' };
      // What the clip shall stand for is what the manifest asks for now.
      const { ok, resolved, diagnostics } = await resolveManifests(at, [manifest], {
        vars: new Map(Object.entries(vars)),
      });
      if (!ok) throw invalid(diagnostics);
      const render = resolved.flatMap(({ renders }) => renders).find((one) => one.id === id);
      if (render === undefined)
        throw new RefusedError(`there is no render ${JSON.stringify(id)} in ${manifest}`, 64);
      return { kind: 'accept', fingerprint: render.fingerprint };
    }
    case 'recover': {
      if (decision.how !== 'adopt') return { kind: decision.how };
      const task = parseTaskId(decision.task);
      if (task === undefined)
        throw new RefusedError(`${JSON.stringify(decision.task)} is not a task id`, 64);
      return { kind: 'adopt', task };
    }
  }
}
