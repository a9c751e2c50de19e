/** `rushes verify`: the clips, hashed again, against the lock. */
import type { RenderId } from '../../ids.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { groupBy } from '../plan/plan-groups.ts';
import { paint, type Terminal } from '../text/terminal.ts';
import { count, plural, qualified } from '../text/format.ts';

/** What became of one clip of the lock. */
export interface Verified {
  readonly manifest: string;
  readonly id: RenderId;
  /** As people would type it. */
  readonly path: string;
  /**
   * `absent` counts as missing only with `--complete` or `--store`. `stored`: not here, and in the
   * store with the right size.
   */
  readonly state: 'whole' | 'stored' | 'absent' | 'changed' | 'unreadable';
  /** What is wrong with it, in a sentence. */
  readonly message?: string;
}

const SHOWN = 20;
const WORDS = {
  absent: 'not on this machine',
  changed: 'not the bytes of the lock',
  unreadable: 'unreadable',
} as const;

/**
 * @param complete `--complete` or `--store`: a clip that is elsewhere is a fault.
 * @param store `--store`: `absent` is neither here nor there.
 */
export function verifyTerminal(
  clips: readonly Verified[],
  {
    complete = false,
    store = false,
    ...terminal
  }: Terminal & { readonly complete?: boolean; readonly store?: boolean },
): string {
  const c = paint(terminal);
  const groups = groupBy(clips, ({ state }) => state);
  const lines = (['changed', 'unreadable', 'absent'] as const).flatMap((state) => {
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
        ? `${c.green('✓')} ${plural(whole, 'clip is', 'clips are')} here, and every byte is right.`
        : `${count(whole)} of ${plural(clips.length, 'clip')} are here and right${stored === 0 ? '' : `, ${count(stored)} in the store`}.`;
  return sealed(`${[...lines, closing].join('\n')}\n`);
}
