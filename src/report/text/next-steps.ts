/**
 * Why nothing more happens to a render, and the exact command to continue. One wording
 * for every output.
 */
import { renderWords } from '../../command-words.ts';
import type { RenderId } from '../../ids.ts';
import type { HeldReason, StopReason } from '../../run/events.ts';
import type { UpstreamTrouble } from '../../plan/plan.ts';
import { paint, type Terminal, wrap } from './terminal.ts';
import { terminalLine } from './escape.ts';
import { qualified } from './format.ts';
import { shellWord } from './shell-word.ts';

export interface Held {
  /** As shown to people. */
  readonly manifest: string;
  readonly id: RenderId;
  /** Of `ambiguous` and `lost`: an earlier result, which is not paid for again automatically. */
  readonly earlier?: boolean;
  /** Of `pending`: the gateway had no record of its task when it was asked last. */
  readonly denied?: true;
  /** Of `failed`: whether the same request would be refused again. Absent: it is not known. */
  readonly refused?: boolean;
  /** Not paid for again before it is unpinned: the way out of `missing` and `failed`. */
  readonly pinned?: boolean;
  /** Of `upstream`: the render whose clip blocks this one, and the reason. */
  readonly upstream?: Omit<Held, 'manifest' | 'upstream'> & { readonly because: UpstreamTrouble };
}

export interface NextStep {
  /** What the state means, for one render and for many: `sent, and the answer was lost`. */
  readonly meaning: string;
  /** What must change before the commands do any better. */
  readonly first?: string;
  /** Commands to copy, the best first. */
  readonly commands: readonly string[];
  /** What the commands cost or do, where that must be known before. */
  readonly caution?: string;
}

/**
 * Options of the command line that must be repeated, or the same command would make or spend
 * something else.
 */
export interface Repeated {
  /** ` --only 'crab/*'`: which renders were meant. */
  readonly filters: string;
  /** ` --budget 5 --var sky=rain`. */
  readonly flags: string;
}

export interface NextStepOptions {
  readonly draft?: boolean;
  /** Of the run that held them. */
  readonly exit?: number;
  /** What stopped that run short. */
  readonly stoppedBy?: readonly StopReason[];
  readonly repeated?: Repeated;
}

/** In the order of urgency: first the states in which something may be lost. */
export const HOLD_ORDER: readonly HeldReason[] = [
  'ambiguous',
  'lost',
  'missing',
  'failed',
  'not-submitted',
  'upstream',
  'pending',
  'pinned',
  'skipped',
];

const HEADINGS: Readonly<Partial<Record<HeldReason, string>>> = {
  failed: 'failed earlier',
  'not-submitted': 'not submitted',
  upstream: 'held for another clip',
};
/** What a run that ended says of renders that it held for that reason, after their number. */
export const heldHeading = (reason: HeldReason): string => HEADINGS[reason] ?? reason;

/** Their first command pays again. */
export const PAY_AGAIN: ReadonlySet<HeldReason> = new Set(['missing', 'failed']);

/** Failures that the same words would only repeat: a retry is not the next step. */
const REFUSED_AS_WRITTEN: ReadonlySet<string> = new Set(['moderation', 'invalid']);
/** `error`: of the entry, or of an event. */
export const isRefusedAsWritten = ({ kind }: { readonly kind: string }): boolean =>
  REFUSED_AS_WRITTEN.has(kind);
export const CHANGE_WHAT_WAS_REFUSED =
  'change what was refused in the manifest: the same request would be refused again';

/** More renders are not named in a command, but filtered for. */
export const ONLY_SHOWN = 3;
const BUDGET = 4;
/** What must change before another run gets further. */
const FIRST: Readonly<Partial<Record<StopReason, string>>> = {
  unreachable: 'the gateway must be reachable: the reason is above',
  balance: 'add to the balance of the account at the gateway',
  remote: 'the git remote must be reachable: the reason is above',
  auth: 'set a key that the gateway accepts',
  unclear: 'the gateway must answer clearly again: the reason is above',
  unpriced:
    'state a price in the manifest (`prices:`), or allow the alias without one (`budget: { unpriced: [alias] }`)',
};

/** The next step for all renders that are held for one reason. `held` is not empty. */
export function nextStep(
  reason: HeldReason,
  held: readonly Held[],
  options: NextStepOptions = {},
): NextStep {
  if (!PAY_AGAIN.has(reason)) return stepFor(reason, held, options);
  const free = held.filter(({ pinned }) => pinned !== true);
  return free.length === 0 ? stepFor('pinned', held, options) : stepFor(reason, free, options);
}

function stepFor(
  reason: HeldReason,
  held: readonly Held[],
  { draft = false, exit, stoppedBy = [], repeated = { filters: '', flags: '' } }: NextStepOptions,
): NextStep {
  const manifests = [...new Set(held.map(({ manifest }) => manifest))].map(shellWord).join(' ');
  const named = held
    .slice(0, ONLY_SHOWN)
    .map(({ manifest, id }) => ` --only ${shellWord(qualified(manifest, id))}`)
    .join('');
  const only = held.length <= ONLY_SHOWN ? named : repeated.filters;
  const one = held[0] === undefined ? '<id>' : terminalLine(renderWords(held[0]));
  const rehearsal = draft ? ' --draft' : '';
  const again = held[0]?.earlier === true ? [] : [`rushes recover ${one} --pay-again${rehearsal}`];
  const flags = `${repeated.flags}${rehearsal}`;
  switch (reason) {
    case 'ambiguous':
      return {
        meaning:
          'sent, and the answer was lost: it may already have been charged, so it is never resent automatically',
        commands: [
          `rushes recover ${manifests}${rehearsal}`,
          `rushes recover ${one} --adopt <task>${rehearsal}`,
          `rushes recover ${one} --never-happened${rehearsal}`,
          ...again,
        ],
        caution: `the first command shows what is known; then decide with one of the others${held.length > 1 ? ', for many at once with ids, globs or --tag' : ''}`,
      };
    case 'lost':
      return {
        meaning: 'the gateway no longer knows the task, or it had no end after a day',
        commands: [
          `rushes recover ${manifests}${rehearsal}`,
          `rushes recover ${one} --never-happened${rehearsal}`,
          ...again,
          `rushes recover ${one} --give-up${rehearsal}`,
        ],
        caution:
          'check the account at the gateway first; with --give-up it counts as failed, and --retry-failed pays again',
      };
    case 'missing':
      return {
        meaning: 'paid, but the clip is not here and its link has expired',
        commands: [`rushes render ${manifests} --resubmit-missing${named}${flags}`],
        caution: `pays again, unless the gateway has a fresh link${held.length > ONLY_SHOWN ? '; name each of the others with --only' : ''}; if another machine, a cache or an artifact has the clip, copy it from there instead`,
      };
    case 'failed': {
      const mayPass = held.filter(({ refused }) => refused !== true);
      const attempt = `a new ${draft ? '' : 'paid '}attempt`;
      if (mayPass.length === 0)
        return {
          meaning: 'unchanged since then',
          first: CHANGE_WHAT_WAS_REFUSED,
          commands: [`rushes render ${manifests} --retry-failed${only}${flags}`],
          caution: attempt,
        };
      // A command that names none of them would pay for those too.
      if (mayPass.length < held.length && mayPass.length <= ONLY_SHOWN)
        return {
          ...stepFor(reason, mayPass, { draft, repeated }),
          caution: `${attempt}; for the others, ${CHANGE_WHAT_WAS_REFUSED}`,
        };
      return {
        meaning: 'unchanged since then',
        commands: [`rushes render ${manifests} --retry-failed${only}${flags}`],
        caution: held.every(({ refused }) => refused === false)
          ? attempt
          : `${attempt}; where a moderation or a rule refused it, change the scene instead`,
      };
    }
    case 'not-submitted': {
      const first = stoppedBy.flatMap((why) => FIRST[why] ?? []).join('; ');
      return {
        meaning: 'nothing was sent, nothing is paid',
        ...(first === '' ? {} : { first }),
        commands: [`rushes render ${manifests}${repeated.filters}${flags}`],
        ...(exit === BUDGET && first === ''
          ? { caution: 'the next run may spend its whole budget again' }
          : {}),
      };
    }
    case 'upstream': {
      const blocked = held.flatMap(({ manifest, upstream }) =>
        upstream === undefined ? [] : [{ ...upstream, manifest }],
      );
      const [first] = blocked;
      // At the end of a run: the clip may only be late.
      if (first === undefined)
        return {
          meaning: 'needs a frame of another clip; nothing was sent',
          commands: [`rushes plan ${manifests}${only}${flags}`],
        };
      const meaning =
        'needs a frame of another clip, which needs your action first; nothing was sent';
      // One render may block many.
      const same = [
        ...new Map(
          blocked
            .filter(({ because }) => because === first.because)
            .map((one) => [qualified(one.manifest, one.id), one]),
        ).values(),
      ];
      const step = upstreamStep(first.because, same, { draft, repeated });
      return { ...step, meaning };
    }
    case 'pending': {
      const denied = held.filter((one) => one.denied === true);
      const [first] = denied;
      const meaning =
        denied.length < held.length
          ? 'accepted by the gateway, and the clip has not landed yet'
          : 'the gateway has no record of the task';
      return {
        meaning:
          denied.length === 0 || denied.length === held.length
            ? meaning
            : `${meaning}; of ${denied.length} of them it has no record`,
        commands: [
          `rushes collect ${manifests}${rehearsal}`,
          ...(first === undefined
            ? []
            : [`rushes recover ${terminalLine(renderWords(first))} --give-up${rehearsal}`]),
        ],
        caution:
          first === undefined
            ? 'sends nothing new'
            : 'the first command asks again and sends nothing new; use the second for a task that was adopted by mistake',
      };
    }
    case 'pinned':
      return {
        meaning: 'keeps its clip, even if the manifest changes',
        commands: [`rushes unpin ${one}`],
      };
    case 'skipped':
      return { meaning: 'the manifest says so', commands: [] };
  }
}

/** What brings a clip that others wait for. `blocked` is not empty. */
function upstreamStep(
  because: UpstreamTrouble,
  blocked: readonly Held[],
  options: NextStepOptions,
): NextStep {
  const only = [
    ...new Set(
      blocked.slice(0, ONLY_SHOWN).map(({ manifest, id }) => shellWord(qualified(manifest, id))),
    ),
  ].join(' ');
  const manifests = [...new Set(blocked.map(({ manifest }) => manifest))].map(shellWord).join(' ');
  switch (because) {
    case 'elsewhere':
      return {
        meaning: '',
        first: 'the clip is on another machine: copy it here, or put it into a store there',
        commands: [`rushes store pull ${manifests}`],
      };
    case 'mismatch':
      return {
        meaning: '',
        first: 'look at the clip, which is not what was asked for',
        commands: [`rushes pick ${only} ${manifests}`, `rushes redo ${only} ${manifests}`],
        caution: 'pick uses it as it is; redo pays for a new one',
      };
    case 'skipped':
      return {
        meaning: '',
        first: `take skip: off ${blocked.map(({ id }) => id).join(', ')}`,
        commands: [`rushes plan ${manifests}`],
      };
    case 'ambiguous':
    case 'lost':
    case 'failed':
    case 'missing':
    case 'pinned':
      return nextStep(because, blocked, options);
  }
}

/**
 * What to do, as lines under what is to be solved by it. A command is never broken: it is there to
 * be copied.
 */
export function stepLines(
  { first, commands, caution }: NextStep,
  terminal: Terminal,
  indent: string,
): string[] {
  const c = paint(terminal);
  const deeper = `${indent}      `;
  return [
    ...(first === undefined
      ? []
      : [`${indent}${c.dim('first:')} ${wrap(first, terminal.width, deeper)}`]),
    ...commands.map(
      (command, index) => `${indent}${c.dim(index === 0 ? 'next:' : '     ')} ${c.bold(command)}`,
    ),
    ...(caution === undefined ? [] : [c.dim(`${deeper}${wrap(caution, terminal.width, deeper)}`)]),
  ];
}
