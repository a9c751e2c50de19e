/** Where the clips of locks are: on this machine, in the store, in both, in neither. */
import * as z from 'zod';
import { count, plural } from '../text/format.ts';
import { terminalLine } from '../text/escape.ts';
import { shellWord } from '../text/shell-word.ts';
import { type Paint } from '../text/terminal.ts';

const whole = z.int().min(0);

export const statusStoreSchema = z
  .strictObject({
    address: z.string().optional().describe('As RUSHES_STORE names it.'),
    both: whole,
    onlyHere: whole.describe('Whole on this machine, not in the store.'),
    onlyStored: whole.describe('In the store, not whole on this machine.'),
    nowhere: whole,
    problem: z.string().optional().describe('Why the store gave no answer; then all counts are 0.'),
  })
  .describe('Contents of current clips. Absent where no store is set.');

export type StatusStore = z.infer<typeof statusStoreSchema>;

/** The lines under the renders. */
export function statusStoreLines(
  store: StatusStore,
  manifests: readonly string[],
  c: Paint,
): string[] {
  const { address = 'the store', both, onlyHere, onlyStored, nowhere, problem } = store;
  if (problem !== undefined) return [c.yellow(`Store: ${terminalLine(problem)}`)];
  const all = both + onlyHere + onlyStored + nowhere;
  if (all === 0) return [];
  const named = manifests.map(shellWord).join(' ');
  const parts: readonly (readonly [number, string])[] = [
    [both, 'here and in the store'],
    [onlyHere, 'only here'],
    [onlyStored, 'only in the store'],
    [nowhere, 'nowhere'],
  ];
  const words = parts
    .filter(([number]) => number > 0)
    .map(([number, where]) => `${count(number)} ${where}`)
    .join(', ');
  const next = (number: number, what: string, command: string): string[] =>
    number === 0 ? [] : [`  ${c.dim(`${what}, next:`)} ${c.bold(command)}`];
  return [
    `${terminalLine(address)}: ${plural(all, 'clip')}, ${words}.`,
    ...next(onlyHere, 'only here', `rushes store push ${named}`),
    ...next(onlyStored, 'only in the store', `rushes store pull ${named}`),
  ];
}
