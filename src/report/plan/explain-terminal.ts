/**
 * `rushes explain <render id>`: every input of the fingerprint, old and new, with the line that it
 * comes from.
 */
import { type Place, spanOf } from '../../diagnostic.ts';
import type { RenderId } from '../../ids.ts';
import type { Explained, FingerprintInput } from '../../plan/compare/explain-render.ts';
import type { Action } from '../../plan/plan.ts';
import type { Json } from '../../scene.ts';
import { safeJson, sealed, terminalLine } from '../text/escape.ts';
import { proseOf } from './plan-groups.ts';
import { cells, clip, padEnd, paint, type Terminal, wrap } from '../text/terminal.ts';
import { qualified } from '../text/format.ts';
import { wordDiffTerminal } from './word-diff-terminal.ts';

export interface ExplainedRender {
  readonly manifest: string;
  readonly id: RenderId;
  readonly model: string;
  readonly explained: Explained;
  /** The action of the plan and its reason. */
  readonly action?: Action;
  /** The reason in the render's own words: the gateway's message, or the manifest's. */
  readonly why?: string | undefined;
  /** Changes on the way to the request. */
  readonly notes?: readonly string[];
}

export function explainTerminal(
  { manifest, id, model, explained, action, why, notes = [] }: ExplainedRender,
  terminal: Terminal,
): string {
  const c = paint(terminal);
  const { old, new: now, inputs, delivery } = explained;
  const nameCells = Math.min(MOST_CELLS, Math.max(0, ...inputs.map(({ path }) => cells(path))));
  const changed = inputs.filter((input) => input.changed).length;
  const lines = [
    `${c.bold(qualified(manifest, id))}  ${terminalLine(model)}`,
    ...(action === undefined
      ? []
      : [
          `${c.dim('plan')}     ${c.bold(action.kind === action.reason ? action.kind : `${action.kind}, ${action.reason}`)}`,
          ...(why === undefined ? [] : [`         ${wrap(why, terminal.width, ' '.repeat(9))}`]),
        ]),
    `${c.dim('wanted')}   ${now}`,
    `${c.dim('in lock')}  ${old === undefined ? 'nothing is rendered yet' : old === now ? c.green('exactly this') : old}`,
    ...(action === undefined || !Object.hasOwn(STANDS, action.reason)
      ? []
      : [`         ${STANDS[action.reason]}`]),
    '',
    ...inputs.flatMap((input) => inputLines(input, nameCells, terminal)),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.map(
      (note) => `  ${c.cyan('note:')} ${wrap(terminalLine(note), terminal.width, '    ')}`,
    ),
    ...(delivery.length === 0 ? [] : ['', c.dim('sent, but not part of the fingerprint:')]),
    ...delivery.map(
      ({ path, value, place }) =>
        `  ${named(path, nameCells)}${wrap(`${word(value, terminal)}  ${c.dim(where(place))}`, terminal.width, ' '.repeat(4 + nameCells))}`,
    ),
    ...(old !== undefined && old !== now && changed === 0
      ? [
          '',
          'The lock does not have the old request, because the task was imported, so no field can be named.',
        ]
      : []),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

function inputLines(input: FingerprintInput, nameCells: number, terminal: Terminal): string[] {
  const c = paint(terminal);
  const { path, old, new: now, changed, place } = input;
  const prose = proseOf(input);
  const name = named(path, nameCells);
  const margin = ' '.repeat(4 + nameCells);
  const says = !changed
    ? word(now, terminal)
    : prose !== undefined
      ? wordDiffTerminal(...prose, terminal)
      : `${c.red(word(old, terminal))} ${c.dim('->')} ${c.green(word(now, terminal))}`;
  return [
    `${changed ? c.yellow('~') : ' '} ${changed ? c.bold(name) : name}${wrap(`${says}  ${c.dim(where(place))}`, terminal.width, margin)}`,
  ];
}

/** Of the column of names. A longer name has a line of its own. */
const MOST_CELLS = 28;

function named(path: string, nameCells: number): string {
  const name = terminalLine(path);
  return cells(name) > nameCells
    ? `${name}\n${' '.repeat(4 + nameCells)}`
    : `${padEnd(name, nameCells)}  `;
}

/** Why nothing is sent although the lock's current result is another one. */
const STANDS: Readonly<Partial<Record<Action['reason'], string>>> = {
  accepted: 'accepted: its clip is kept for the changed request',
  restored: 'an earlier result matches, and becomes current again',
  pinned: 'pinned: its clip is kept, whatever the manifest asks for',
};

/** Cut only on a screen. */
const word = (value: Json | undefined, { width, screen = false }: Terminal): string =>
  value === undefined
    ? '(not set)'
    : clip(terminalLine(safeJson(value)), screen ? Math.max(40, 3 * width) : Infinity);

const where = (place: Place): string => {
  const { file, line } = spanOf(place);
  return `${terminalLine(file)}:${line}`;
};
