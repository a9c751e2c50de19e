/**
 * `.rushes/<name>.current.json`: the output of a command with nothing to do, and its inputs.
 * A cache: it is read only to say the same again, never to decide about a payment, and may be
 * deleted at any time.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SavedLooks } from './saved-looks.ts';

/** The output of one command. */
export interface SavedOutcome {
  /** Of the program, the command line and its surroundings: see {@link keyOf}. */
  readonly key: string;
  /** Epoch milliseconds from which on a date may change the outcome; absent if none can. */
  readonly until?: number;
  readonly exit: number;
  readonly output: readonly (readonly ['stdout' | 'stderr', string])[];
}

export interface Current {
  /** When the last of these commands began, in epoch milliseconds. */
  readonly savedAtMs: number;
  /** What all of them looked at. */
  readonly looks: SavedLooks;
  /** Newest first. */
  readonly outcomes: readonly SavedOutcome[];
}

/** A command line with everything around it that can change what it says, but files and time. */
export interface Asked {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly isTTY: boolean; readonly columns: number };
  readonly stderr: { readonly isTTY: boolean; readonly columns: number };
  /** Version and build, and the version of Node. */
  readonly program: string;
}

/** Variables that a shell changes from one command to the next, and that nothing reads. */
const OF_THE_SHELL = new Set(['OLDPWD', 'PWD', 'SHLVL', '_']);

/** A digest: variables may hold keys, and none of them is written down. */
export function keyOf({ argv, cwd, env, stdout, stderr, program }: Asked): string {
  const variables = Object.entries(env)
    .filter(([name, value]) => value !== undefined && !OF_THE_SHELL.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const all = [program, argv, cwd, variables, screen(stdout), screen(stderr)];
  return hash('sha256', JSON.stringify(all), 'hex');
}

const screen = ({ isTTY, columns }: Asked['stdout']): readonly unknown[] => [isTTY, columns];

/** Options of `plan` and `render` whose value is the next argument. */
export const WITH_VALUE: ReadonlySet<string> = new Set([
  '--base',
  '--budget',
  '--chain',
  '--faults',
  '--max-wall',
  '--model',
  '--notify-command',
  '--only',
  '--out',
  '--plan',
  '--print-request',
  '--record',
  '--shard',
  '--tag',
  '--var',
]);

/**
 * Absolute: beside the first manifest that a command line of `plan` or `render` names; `undefined`
 * if it names none.
 */
export function currentFileOf({ argv, cwd }: Pick<Asked, 'argv' | 'cwd'>): string | undefined {
  const named = path.resolve(cwd, firstNamed(argv.slice(1)) ?? 'manifests');
  const manifest = isFolder(named) ? firstManifestIn(named) : named;
  if (manifest === undefined) return undefined;
  const name = path.basename(manifest, path.extname(manifest));
  return path.join(path.dirname(manifest), '.rushes', `${name}.current.json`);
}

function firstNamed(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return words[at + 1];
    if (WITH_VALUE.has(word)) at += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

const isFolder = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

function firstManifestIn(folder: string): string | undefined {
  const [first] = readdirSync(folder)
    // As isManifestIn of ids.ts, which this file must not load.
    .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
    .sort();
  return first === undefined ? undefined : path.join(folder, first);
}

/** Room for the looks of some hundred thousand clips. */
const MOST_BYTES = 64 << 20;
const HEAD = '{"sha256":"';
const MIDDLE = '","current":';
const TAIL = '}\n';

/** `undefined` for a file that is not there, or not just as {@link encodeCurrent} made it. */
export function readCurrent(file: string): Current | undefined {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts?.isFile() !== true || facts.size > MOST_BYTES) return undefined;
    const text = readFileSync(file, 'utf8');
    const digest = text.slice(HEAD.length, HEAD.length + 64);
    const body = text.slice(HEAD.length + 64 + MIDDLE.length, -TAIL.length);
    if (text !== framed(digest, body) || hash('sha256', body, 'hex') !== digest) return undefined;
    return JSON.parse(body) as Current;
  } catch {
    return undefined;
  }
}

export function encodeCurrent(current: Current): string {
  const body = JSON.stringify(current);
  return framed(hash('sha256', body, 'hex'), body);
}

const framed = (digest: string, body: string): string => HEAD + digest + MIDDLE + body + TAIL;
