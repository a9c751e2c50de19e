/** Saves the output of a command with nothing to do, for the up-to-date check of the next one. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Files, systemFiles } from '../../ports/files/files.ts';
import { recordingFiles } from '../../ports/files/recording-files.ts';
import {
  type Asked,
  type Current,
  currentFileOf,
  encodeCurrent,
  keyOf,
  readCurrent,
  type SavedOutcome,
} from './current-file.ts';
import { isUnchanged, type SavedLooks, saveLooks } from './saved-looks.ts';

export interface Watched {
  /** To read and write through while the command runs. */
  readonly files: Files;
  /** Call with everything that the command prints. */
  printed(stream: 'stdout' | 'stderr', text: string): void;
  /**
   * The command has nothing to do, and the same files will mean the same until then (epoch
   * milliseconds; infinity: always).
   */
  nothingToDoUntil(untilMs: number): void;
  /** After its end. The command does not fail if this cannot be written. */
  save(exit: number): void;
}

/** Longer documents are made again. */
const MOST_OUTPUT = 256 << 10;
/** Command lines whose outcome is kept beside each other. */
const MOST_OUTCOMES = 8;

export function watchCommand(asked: Asked & { readonly clock: { now(): number } }): Watched {
  const startedAtMs = asked.clock.now();
  const recording = recordingFiles(systemFiles);
  const output: (readonly ['stdout' | 'stderr', string])[] = [];
  let length = 0;
  let until: number | undefined;
  return {
    files: recording.files,
    printed(stream, text) {
      length += text.length;
      if (length <= MOST_OUTPUT) output.push([stream, text]);
    },
    nothingToDoUntil(untilMs) {
      until = untilMs;
    },
    save(exit) {
      const seen = until === undefined || length > MOST_OUTPUT ? undefined : recording.looks();
      if (until === undefined || seen === undefined) return;
      const outcome: SavedOutcome = {
        key: keyOf(asked),
        ...(Number.isFinite(until) ? { until } : {}),
        exit,
        output,
      };
      try {
        const file = currentFileOf(asked);
        if (file !== undefined) write(file, saveLooks(seen), outcome, startedAtMs);
      } catch {
        // The next command looks at everything again.
      }
    },
  };
}

function write(file: string, looks: SavedLooks, outcome: SavedOutcome, savedAtMs: number): void {
  const before = readCurrent(file);
  // The output of another command is valid as long as its inputs have not changed either.
  const others =
    before !== undefined && savedAtMs >= before.savedAtMs && stillHolds(before)
      ? before
      : undefined;
  const current: Current = {
    savedAtMs,
    looks: others === undefined ? looks : merged(others.looks, looks),
    outcomes: [outcome, ...(others?.outcomes ?? []).filter(({ key }) => key !== outcome.key)].slice(
      0,
      MOST_OUTCOMES,
    ),
  };
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  // `.rushes` ignores itself: nothing in it is ever committed.
  writeIfAbsent(path.join(folder, '.gitignore'), '*\n');
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, encodeCurrent(current));
    renameSync(temporary, file);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

function stillHolds({ looks, savedAtMs }: Current): boolean {
  try {
    return isUnchanged(looks, savedAtMs);
  } catch {
    return false;
  }
}

function merged(before: SavedLooks, after: SavedLooks): SavedLooks {
  const files: Record<string, SavedLooks['files'][string]> = { ...before.files };
  for (const [folder, inside] of Object.entries(after.files)) {
    const names = new Set(inside.map(([name]) => name));
    files[folder] = [
      ...(before.files[folder] ?? []).filter(([name]) => !names.has(name)),
      ...inside,
    ];
  }
  return {
    files,
    kinds: { ...before.kinds, ...after.kinds },
    lists: { ...before.lists, ...after.lists },
    names: { ...before.names, ...after.names },
    links: { ...before.links, ...after.links },
  };
}

function writeIfAbsent(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch {
    // It is there, or the next write says what is wrong.
  }
}
