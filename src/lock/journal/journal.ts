/**
 * The append-only record of a run. A line is durable when `record` says so, and not before: the
 * runner waits for it before each step that could cost money. Lines that arrive while the disk is
 * busy share the next flush, so that hundreds of renders need few of them.
 */
import type { AppendFile, FileOutcome, FileProblem, Files } from '../../ports/files/files.ts';
import { inItsPlace, linkProblem } from '../file/store.ts';
import type { JournalEvent } from './events.ts';
import { type DecodedJournal, decodeJournal, encodeLine } from './journal-line.ts';

type Recorded = { readonly ok: true } | { readonly ok: false; readonly problem: FileProblem };

export interface Journal {
  /** Resolves once the line is on the disk itself, or that cannot be confirmed. Never rejects. */
  record(event: JournalEvent): Promise<Recorded>;
  /**
   * Written at once, so that a kill loses nothing; on the disk itself (a power cut) with the next
   * `record`.
   */
  recordSoon(event: JournalEvent): void;
  /** Everything recorded so far is durable. */
  flush(): Promise<Recorded>;
  /**
   * Set by the first write that failed. From then on nothing is durable, because the end of the
   * file is unknown.
   */
  readonly problem: FileProblem | undefined;
  close(): Promise<void>;
}

/** Starts a new file with `first`; the previous content must already be in the lock. */
export async function startJournal(
  files: Files,
  path: string,
  first: JournalEvent,
): Promise<
  | { readonly ok: true; readonly journal: Journal }
  | { readonly ok: false; readonly problem: FileProblem }
> {
  const begun = await files.writeAtomic(path, encodeLine(first));
  if (!begun.ok) return begun;
  const opened = await files.openAppend(path);
  return opened.ok ? { ok: true, journal: journalOn(opened.value) } : opened;
}

/** The lines that an earlier run left; empty if it ended well. */
export async function readJournal(
  files: Files,
  path: string,
): Promise<FileOutcome<DecodedJournal & { readonly text: Uint8Array }>> {
  const linked = await linkProblem(files, path, path);
  if (linked !== undefined) return { ok: false, problem: inItsPlace(linked, WITHOUT_JOURNAL) };
  const read = await files.read(path);
  if (!read.ok && read.problem.code !== 'ENOENT')
    return { ok: false, problem: inItsPlace(read.problem, WITHOUT_JOURNAL) };
  const text = read.ok ? read.value : new Uint8Array();
  return { ok: true, value: { ...decodeJournal(new TextDecoder().decode(text)), text } };
}

const WITHOUT_JOURNAL =
  '. What an interrupted run paid for is in the spend record too, from which rushes plan adopts it.';

function journalOn(file: AppendFile): Journal {
  let problem: FileProblem | undefined;
  let lines: string[] = [];
  let waiting: ((result: Recorded) => void)[] = [];
  let writing: Promise<void> | undefined;

  /**
   * Writes until nothing is left. One at a time: the next round takes whatever has come meanwhile.
   */
  async function writeAll(): Promise<void> {
    while (lines.length > 0 || waiting.length > 0) {
      const [text, waiters] = [lines.join(''), waiting];
      [lines, waiting] = [[], []];
      if (problem === undefined && text !== '') problem = problemOf(await file.append(text));
      if (problem === undefined && waiters.length > 0) problem = problemOf(await file.flush());
      const result: Recorded = problem === undefined ? { ok: true } : { ok: false, problem };
      for (const resolve of waiters) resolve(result);
    }
    writing = undefined;
  }
  /** A microtask later, so that everything recorded in one go shares a write. */
  const start = (): void => {
    writing ??= Promise.resolve().then(writeAll);
  };
  const wait = (): Promise<Recorded> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      start();
    });

  return {
    record: (event) => {
      lines.push(encodeLine(event));
      return wait();
    },
    recordSoon: (event) => {
      lines.push(encodeLine(event));
      start();
    },
    flush: wait,
    get problem() {
      return problem;
    },
    close: async () => {
      await writing;
      await file.close();
    },
  };
}

const problemOf = (
  outcome: { readonly ok: true } | { readonly ok: false; readonly problem: FileProblem },
): FileProblem | undefined => (outcome.ok ? undefined : outcome.problem);
