/** `rushes verify`: the clips, hashed again, against the lock. */
import { manifestWords } from '../../command-words.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { type ElsewhereClip, elsewhereSteps } from '../text/elsewhere.ts';
import { nextStep } from '../text/next-steps.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { count, plural, qualified } from '../text/format.ts';
import type { Verified } from './verified.ts';

const SHOWN = 20;
const WORDS = {
  absent: 'not on this machine',
  missing: 'missing: downloaded here before, not here now, and the link has expired',
  changed: 'not the bytes of the lock',
  unreadable: 'unreadable',
} as const;

export interface VerifyOptions {
  /** `--complete` or `--store`: a clip that is elsewhere is a fault. Default false. */
  readonly complete?: boolean;
  /** `--store`: `absent` is neither here nor there. Default false. */
  readonly store?: boolean;
  /** Current clips that are absent: for the commands that bring them back. */
  readonly elsewhere?: readonly {
    readonly manifest: string;
    readonly clips: readonly ElsewhereClip[];
  }[];
  /** Epoch milliseconds: whether their links live. */
  readonly nowMs?: number;
  readonly draft?: boolean;
}

export function verifyTerminal(
  clips: readonly Verified[],
  {
    complete = false,
    store = false,
    elsewhere = [],
    nowMs = 0,
    draft = false,
    ...terminal
  }: Terminal & VerifyOptions,
): string {
  const c = paint(terminal);
  const groups = groupBy(clips, ({ state }) => state);
  const lines = (['changed', 'unreadable', 'missing', 'absent'] as const).flatMap((state) => {
    const found = groups.get(state) ?? [];
    if (found.length === 0) return [];
    const tone = state === 'absent' && !complete ? c.yellow : c.red;
    return [
      tone(
        `${count(found.length)} ${state === 'absent' && store ? 'neither on this machine nor in the store' : WORDS[state]}`,
      ),
      ...found
        .slice(0, SHOWN)
        .map(
          ({ manifest, id, path, message }) =>
            `  ${qualified(manifest, id)}  ${terminalLine(path)}${message === undefined ? '' : c.dim(`  ${terminalLine(message)}`)}`,
        ),
      ...(found.length > SHOWN ? [`  … and ${count(found.length - SHOWN)} more`] : []),
    ];
  });
  const whole = groups.get('whole')?.length ?? 0;
  const stored = groups.get('stored')?.length ?? 0;
  const closing =
    clips.length === 0
      ? 'The lock has no clips to verify.'
      : whole === clips.length
        ? `${c.green('✓')} ${plural(whole, 'clip is', 'clips are')} here and intact.`
        : `${count(whole)} of ${plural(clips.length, 'clip is', 'clips are')} here and intact${stored === 0 ? '' : `, ${count(stored)} in the store`}.`;
  const steps = elsewhere.flatMap(({ manifest, clips }) =>
    elsewhereSteps(manifest, clips, { nowMs, draft }).flatMap(({ reason, command, caution }) => [
      `  ${c.dim(`elsewhere, ${reason}:`)} ${c.bold(command)}`,
      ...(caution === undefined ? [] : [c.dim(`      ${wrap(caution, terminal.width, '      ')}`)]),
    ]),
  );
  const damaged = [...(groups.get('changed') ?? []), ...(groups.get('unreadable') ?? [])];
  const again = [
    ...damagedLines(damaged, { ...terminal, draft }),
    ...missingLines(groups.get('missing') ?? [], { ...terminal, draft }),
  ];
  return sealed(`${[...lines, ...steps, ...again, closing].join('\n')}\n`);
}

function damagedLines(
  damaged: readonly Verified[],
  options: Terminal & { readonly draft: boolean },
): readonly string[] {
  if (damaged.length === 0) return [];
  const c = paint(options);
  const current = damaged.filter(({ earlier }) => earlier !== true);
  const say = (text: string): string => c.dim(`      ${wrap(text, options.width, '      ')}`);
  return [
    ...(current.length === 0
      ? []
      : [
          `  ${c.dim('damaged, next:')} ${c.bold(`rushes render ${manifestWords(current.map(({ manifest }) => terminalLine(manifest)))}${options.draft ? ' --draft' : ''}`)}`,
          say(
            waysBack(
              current.length,
              options.draft ? 0 : current.filter(({ aside }) => aside === true).length,
            ),
          ),
        ]),
    ...(current.length === damaged.length
      ? []
      : [say('an earlier result is fetched when the manifest asks for it again; its file may go')]),
  ];
}

/** `aside`: how many of the damaged ones a render of another branch moved aside. */
function waysBack(damaged: number, aside: number): string {
  const back =
    damaged === aside && aside === 1
      ? 'puts it back from where a render of another branch moved it aside'
      : `puts back ${plural(aside, 'clip')} that a render of another branch moved aside`;
  if (damaged === aside) return back;
  const others = damaged - aside;
  const [what, link] = others === 1 ? ['it', 'its link is'] : ['them', 'their links are'];
  const fetched = `fetches ${aside === 0 ? what : `the other${others === 1 ? '' : 's'}`} again while ${link} valid, or from the store`;
  return aside === 0 ? fetched : `${back}; ${fetched}`;
}

function missingLines(
  missing: readonly Verified[],
  options: Terminal & { readonly draft: boolean },
): readonly string[] {
  if (missing.length === 0) return [];
  const c = paint(options);
  const { commands, caution } = nextStep('missing', missing, options);
  return [
    ...commands.map((command) => `  ${c.dim('missing, next:')} ${c.bold(command)}`),
    ...(caution === undefined ? [] : [c.dim(`      ${wrap(caution, options.width, '      ')}`)]),
  ];
}
