/**
 * What `rushes store push`, `pull` and `verify` found and did: the document of `--json`, its
 * schema, and the words on a terminal.
 */
import * as z from 'zod';
import { manifestWords } from '../../command-words.ts';
import type { RenderId } from '../../ids.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { bytes, count, plural, qualified } from '../text/format.ts';
import { paint, type Terminal } from '../text/terminal.ts';

const CLIP_STATES = [
  'pushed',
  'pulled',
  'stored',
  'here',
  'changed',
  'missing',
  'wrong',
  'left',
] as const;
export type StoredState = (typeof CLIP_STATES)[number];

export const storeSchema = z
  .strictObject({
    command: z.enum(['push', 'pull', 'verify']),
    store: z.string(),
    clips: z.array(
      z.strictObject({
        manifest: z.string(),
        id: z.string(),
        path: z.string().describe('Where the clip is, or belongs, on this machine.'),
        sha256: z.string(),
        bytes: z.int().min(0),
        current: z.boolean().describe('False for an earlier result of the render.'),
        state: z
          .enum(CLIP_STATES)
          .describe(
            'pushed and pulled: by this command; stored: in the store before; here: on this machine before; changed: the file here is not the clip of the lock; missing: not where it was looked for; wrong: the object is not the clip; left: the command ended before its turn.',
          ),
        message: z.string().optional(),
        sameSize: z
          .literal(true)
          .optional()
          .meta({
            description:
              'Of a wrong object: only its content differs, so that a push leaves it there and it must be deleted first. An object of another size is replaced by a push.',
            examples: [true],
          }),
        object: z
          .string()
          .optional()
          .meta({
            description: 'Of a wrong object: where it is in the store.',
            examples: [
              's3://studio-clips/film/clips/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae.mp4',
            ],
          }),
      }),
    ),
    totals: z.strictObject(
      Object.fromEntries(CLIP_STATES.map((state) => [state, z.int().min(0)])) as Record<
        StoredState,
        z.ZodInt
      >,
    ),
    transferredBytes: z.int().min(0),
    failure: z
      .strictObject({
        kind: z.enum(['unreachable', 'denied', 'aborted', 'disk']),
        message: z.string().optional(),
        remedy: z.string().optional(),
      })
      .optional()
      .describe('The reason why the command ended early.'),
  })
  .meta({
    title: 'rushes store push, pull, verify --json',
    description: 'The clips of the locks, and where they are.',
  });

export type StoreDocument = z.infer<typeof storeSchema>;

export interface StoredRow {
  readonly manifest: string;
  readonly id: RenderId;
  /** As people would type it. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly current: boolean;
  readonly state: StoredState;
  readonly message?: string;
  /** Of `wrong`: a push leaves the object there. */
  readonly sameSize?: true;
  /** Of `wrong`: where it is in the store. */
  readonly object?: string;
}

export interface StoreReport {
  readonly command: StoreDocument['command'];
  readonly store: string;
  readonly rows: readonly StoredRow[];
  readonly failure?: NonNullable<StoreDocument['failure']>;
}

export function storeDocument({ command, store, rows, failure }: StoreReport): StoreDocument {
  const totals = Object.fromEntries(CLIP_STATES.map((state) => [state, 0])) as Record<
    StoredState,
    number
  >;
  for (const { state } of rows) totals[state] += 1;
  return {
    command,
    store,
    clips: rows.map((row) => ({ ...row })),
    totals,
    transferredBytes: transferred(rows),
    ...(failure === undefined ? {} : { failure: { ...failure } }),
  };
}

/** The same content under two names went over the line once. */
function transferred(rows: readonly StoredRow[]): number {
  const sizes = new Map(
    rows
      .filter(({ state }) => state === 'pushed' || state === 'pulled')
      .map(({ sha256, bytes: size }) => [sha256, size]),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

const SHOWN = 20;
/** What stands out, worst first, and how it is called for each command. */
const TROUBLE = ['wrong', 'changed', 'missing'] as const;
const WORDS: Record<
  StoreReport['command'],
  Record<(typeof TROUBLE)[number], (clips: number) => string>
> = {
  push: {
    wrong: (n) => `${plural(n, 'object is', 'objects are')} not the clip in the store`,
    changed: (n) =>
      `${plural(n, 'file here differs', 'files here differ')} from the lock and ${n === 1 ? 'was' : 'were'} not pushed`,
    missing: (n) => `${plural(n, 'clip is', 'clips are')} neither on this machine nor in the store`,
  },
  pull: {
    wrong: (n) => `${plural(n, 'object is', 'objects are')} not the clip: refused`,
    changed: (n) => `${plural(n, 'file here differs', 'files here differ')} from the lock`,
    missing: (n) => `${plural(n, 'clip is', 'clips are')} not in the store`,
  },
  verify: {
    wrong: (n) => `${plural(n, 'object is', 'objects are')} not the clip`,
    changed: (n) => `${plural(n, 'file here differs', 'files here differ')} from the lock`,
    missing: (n) => `${plural(n, 'clip is', 'clips are')} not in the store`,
  },
};

/** Lists of what is not well, and at the end one line. */
export function storeTerminal(report: StoreReport, terminal: Terminal): string {
  const { command, rows, store, failure } = report;
  const c = paint(terminal);
  const of = (...states: StoredState[]): readonly StoredRow[] =>
    rows.filter(({ state }) => states.includes(state));
  const lines = TROUBLE.flatMap((state) => {
    const found = of(state);
    if (found.length === 0) return [];
    const tone = state === 'missing' && command === 'push' ? c.yellow : c.red;
    return [
      tone(WORDS[command][state](found.length)),
      ...found
        .slice(0, SHOWN)
        .map(
          ({ manifest, id, path, current, message }) =>
            `  ${qualified(manifest, id)}${current ? '' : ' (earlier)'}  ${terminalLine(path)}${message === undefined ? '' : c.dim(`  ${terminalLine(message)}`)}`,
        ),
      ...(found.length > SHOWN ? [`  … and ${count(found.length - SHOWN)} more`] : []),
    ];
  });
  const left = of('left').length;
  if (failure !== undefined) {
    const why =
      failure.kind === 'aborted' ? 'interrupted' : terminalLine(failure.message ?? failure.kind);
    lines.push(
      c.red(`${terminalLine(store)}: ${why}`),
      ...(failure.remedy === undefined ? [] : [`  ${terminalLine(failure.remedy)}`]),
    );
  }
  lines.push(...remedies(report));
  const done = failure === undefined || transferred(rows) > 0 ? [closing(report)] : [];
  const tail =
    left === 0 ? [] : [`${plural(left, 'clip is', 'clips are')} left: run the same command again.`];
  return sealed(`${[...lines, [...done, ...tail].join(' ')].join('\n')}\n`);
}

/** A push replaces what has another size than the clip, and leaves what has the same. */
function remedies({ command, rows }: StoreReport): readonly string[] {
  if (command === 'push') return [];
  const bad = rows.filter(({ state }) => state === 'wrong' || state === 'missing');
  if (bad.length === 0) return [];
  const manifests = manifestWords(bad.map(({ manifest }) => terminalLine(manifest)));
  // Two renders may have the same clip.
  const byHand = [
    ...new Set(
      bad.flatMap(({ sameSize, object }) =>
        sameSize === true && object !== undefined ? [object] : [],
      ),
    ),
  ];
  const one = byHand.length === 1;
  return [
    ...(byHand.length === 0
      ? []
      : [
          `  Delete ${one ? 'the object' : `the ${count(byHand.length)} objects`} with another content (docs/store.md says how): a push would take ${one ? 'it for the clip' : 'them for the clips'}.`,
          ...byHand.slice(0, SHOWN).map((object) => `    ${terminalLine(object)}`),
          ...(byHand.length > SHOWN ? [`    … and ${count(byHand.length - SHOWN)} more`] : []),
        ]),
    `  On the machine that has ${bad.length === 1 ? 'the clip' : 'the clips'}: rushes store push ${manifests}`,
  ];
}

function closing({ command, rows, store }: StoreReport): string {
  const tally = (state: StoredState): number => rows.filter((row) => row.state === state).length;
  const where = terminalLine(store);
  if (rows.length === 0) return 'The locks name no clips.';
  switch (command) {
    case 'push': {
      const pushed = tally('pushed');
      const there = tally('stored');
      return pushed === 0
        ? `Nothing to push: ${plural(there, 'clip is', 'clips are')} in ${where}.`
        : `Pushed ${plural(pushed, 'clip')} (${bytes(transferred(rows))}) to ${where}${there === 0 ? '' : `; ${plural(there, 'was there', 'were there')}`}.`;
    }
    case 'pull': {
      const pulled = tally('pulled');
      const here = tally('here');
      return pulled === 0
        ? `Nothing pulled: ${plural(here, 'clip is', 'clips are')} here.`
        : `Pulled ${plural(pulled, 'clip')} (${bytes(transferred(rows))}) from ${where}${here === 0 ? '' : `; ${plural(here, 'was here', 'were here')}`}.`;
    }
    case 'verify': {
      const stored = tally('stored');
      return stored === rows.length
        ? `${plural(stored, 'clip is', 'clips are')} in ${where}.`
        : `${count(stored)} of ${plural(rows.length, 'clip')} are in ${where}.`;
    }
  }
}
