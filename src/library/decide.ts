/** A person's decision about renders. */
import path from 'node:path';
import type { Filter } from '../plan/options.ts';
import {
  type Choice,
  chooseEntries,
  chooseRenders,
  type ChosenRender,
  twoOfOneScene,
} from '../workflow/load/choose-renders.ts';
import { checkAdopted, checkGivenUp } from '../workflow/decide/adopt-task.ts';
import {
  choiceOf,
  choiceOfGivingUp,
  type RenderChoice,
  type RenderDecision,
  writeDecisions,
} from '../workflow/decide/decide.ts';
import { askedFingerprints } from '../workflow/plan/asked-fingerprints.ts';
import { resolveManifests } from '../workflow/load/load-manifests.ts';
import { manifestsOfLocks } from '../workflow/load/manifests-of-locks.ts';
import { readLocks } from '../workflow/open/read-locks.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';
import { checkDecision } from './check-decision.ts';
import { checkOptions, type Names } from './check-options.ts';
import { RefusedError } from './errors.ts';
import type { LoadOptions } from './plan.ts';
import { invalid, refusal } from './refusals.ts';
import { namesOf, surroundingsOf } from './surroundings-of.ts';

/** `undo` takes an earlier decision of that kind back. */
export type Decision =
  /** Make it again although nothing changed: the next run pays for it. */
  | { readonly kind: 'redo'; readonly undo?: boolean }
  /** Keep the clip for what the manifest asks for now. */
  | { readonly kind: 'accept'; readonly undo?: boolean }
  /** Never re-render it, whatever changes. */
  | { readonly kind: 'pin'; readonly undo?: boolean }
  /**
   * Use this clip for its scene, in place of the scene's other picks or, with `also`, beside them.
   * `in` and `out`: the part that is used, in seconds of the clip. `undo`: neither picked nor
   * rejected.
   */
  | {
      readonly kind: 'pick';
      readonly in?: number;
      readonly out?: number;
      readonly note?: string;
      readonly also?: boolean;
      readonly undo?: false;
    }
  | { readonly kind: 'pick'; readonly undo: true }
  /** Do not use this clip; it is not rendered again. */
  | { readonly kind: 'reject'; readonly note?: string; readonly undo?: false }
  | { readonly kind: 'reject'; readonly undo: true }
  /** A submit whose payment is unclear was accepted, as this task of the gateway. */
  | {
      readonly kind: 'recover';
      readonly how: 'adopt';
      readonly task: string;
      /** Do not ask the gateway for the task. Default false. */
      readonly unchecked?: boolean;
    }
  /**
   * It was never accepted; it shall be submitted again at the risk of paying twice; or a lost task,
   * or a pending one that its gateway has no record of, is given up.
   */
  | { readonly kind: 'recover'; readonly how: 'never-happened' | 'pay-again' | 'give-up' };

export interface DecideOptions extends LoadOptions {
  /** Who decides; written into the lock only if given. */
  readonly by?: string;
}

const DECIDE_OPTIONS: Names<DecideOptions> = { vars: true, by: true };

export interface Decided {
  /** Ids of the renders that it was written for. */
  readonly renders: readonly string[];
  /** Renders of a glob or a tag that the decision makes no sense for, each with the reason. */
  readonly left: readonly { readonly id: string; readonly problem: string }[];
  /** Additional notes. */
  readonly note?: string;
}

/**
 * Writes a decision about renders of a manifest into its lock. Sends nothing. `select`: an id or a
 * glob, several of them, or a filter. Rejects with `RefusedError` if the selection has no render,
 * the decision is none of {@link Decision}, or it makes no sense for a render that is named by its
 * id or for all of them (exit 64, the message says why, nothing is changed), if another run is
 * active (6), or if the lock cannot be read or written (65).
 */
export async function decide(
  file: string,
  select: string | readonly string[] | Filter,
  decision: Decision,
  options: DecideOptions = {},
): Promise<Decided> {
  checkOptions(options, DECIDE_OPTIONS);
  checkDecision(decision, options.by);
  const at = surroundingsOf(options);
  const filter: Filter =
    typeof select === 'string'
      ? { only: [select] }
      : 'length' in select
        ? { only: select }
        : select;
  if (Object.values(filter).every((values: readonly string[]) => values.length === 0))
    throw new RefusedError('the selection names no render', 64);
  const [manifest = file] = namesOf(at, [file]);
  const choices = await choicesOf(at, manifest, filter, decision, options);
  const whose = { manifest, manifestPath: path.resolve(at.cwd, manifest) };
  const written = await writeDecisions(at, [whose], { command: 'rushes (library)' }, choices);
  switch (written.kind) {
    case 'written': {
      const notes = written.decided.flatMap(({ note }) => note ?? []);
      return {
        renders: written.decided.map(({ id }) => id),
        left: written.left.map(({ id, problem }) => ({ id, problem })),
        ...(notes.length > 0 && { note: notes.join('; ') }),
      };
    }
    case 'no-sense':
      throw new RefusedError(written.left.map(({ problem }) => problem).join('; '), 64);
    case 'refused':
      throw refusal(written);
    case 'unwritten':
      throw new RefusedError(
        `the decision could not be written: ${written.unwritten.map(({ message }) => message).join('; ')}`,
        65,
      );
  }
}

async function choicesOf(
  at: Surroundings,
  manifest: string,
  filter: Filter,
  decision: Decision,
  { vars = {}, by }: DecideOptions,
): Promise<readonly RenderChoice[]> {
  if (decision.kind === 'accept' && decision.undo !== true) {
    // The clip is accepted for the current request of the manifest.
    const { ok, resolved, diagnostics } = await resolveManifests(at, [manifest], {
      vars: new Map(Object.entries(vars)),
    });
    if (!ok) throw invalid(diagnostics);
    const asked = await askedFingerprints(at, resolved, async () => {
      const read = await readLocks(
        at,
        resolved.map(({ project }) => project),
        {},
      );
      if (read.kind === 'refused') throw refusal(read);
      return read.lockOf;
    });
    return chosenOf(chooseRenders(resolved, filter)).flatMap((chosen) => {
      const fingerprint = asked.get(chosen.manifest)?.get(chosen.id);
      return fingerprint === undefined
        ? []
        : [choiceOf(chosen, { kind: 'accept', fingerprint }, by)];
    });
  }
  const files = await manifestsOfLocks(at, [manifest], {});
  const read = await readLocks(at, files, {});
  if (read.kind === 'refused') throw refusal(read);
  const chosen = chosenOf(await chooseEntries(at, files, read.lockOf, filter));
  if (decision.kind !== 'recover') {
    const wanted = decisionOf(decision);
    if (wanted.kind === 'pick' && wanted.also !== true) {
      const two = twoOfOneScene(chosen);
      if (two !== undefined)
        throw new RefusedError(`${two[0]} and ${two[1]} are clips of one scene: name one`, 64);
    }
    return chosen.map((one) => choiceOf(one, wanted, by));
  }
  if (decision.how === 'adopt') {
    const [render, ...others] = chosen;
    if (render === undefined || others.length > 0)
      throw new RefusedError('a task belongs to one render: name its id', 64);
    const locks = new Map([...read.byManifest].map(([name, { lock }]) => [name, lock]));
    const checked = await checkAdopted(at, locks, render, decision.task, decision);
    if (!checked.ok) throw new RefusedError(checked.problem, checked.exit);
    return [choiceOf(render, { kind: 'adopt', task: checked.task }, by)];
  }
  if (decision.how !== 'give-up')
    return chosen.map((one) => choiceOf(one, { kind: decision.how }, by));
  const given = await checkGivenUp(at, chosen, read.lockOf, {});
  return chosen.map((one) => choiceOfGivingUp(one, given(one), by));
}

function chosenOf(choice: Choice): readonly ChosenRender[] {
  if (choice.kind === 'chosen') return choice.renders;
  throw new RefusedError(choice.problems.map(({ message }) => message).join('; '), 64);
}

function decisionOf(decision: Exclude<Decision, { kind: 'recover' }>): RenderDecision {
  switch (decision.kind) {
    case 'redo':
      return { kind: 'redo', undo: decision.undo === true };
    case 'pin':
      return { kind: decision.undo === true ? 'unpin' : 'pin' };
    case 'accept':
      return { kind: 'undo-accept' };
    case 'pick':
    case 'reject':
      return decision.undo === true ? { kind: 'unpick' } : decision;
  }
}
