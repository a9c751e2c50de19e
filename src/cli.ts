#!/usr/bin/env node
/** argv -> command. The only file that touches the process. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StopSignal } from './commands/shared/io.ts';
import { keepCompiledCode } from './ports/compile-cache.ts';
import { remedyOfDisk } from './ports/files/refused-by-disk.ts';
import { VERSION } from './version.ts';

/** The exit code of a disk that refuses. */
const DISK_REFUSES = 65;

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  outliveOutputs();
  keepCompiledCode(process.env);
  try {
    const [{ runCommandLine }, { systemClock }] = await Promise.all([
      import('./commands/run-command-line.ts'),
      import('./ports/clock.ts'),
    ]);
    const io = {
      env: process.env,
      cwd: process.cwd(),
      stdout: output(process.stdout),
      stderr: output(process.stderr),
      stdin: { isTTY: process.stdin.isTTY ?? false, ask },
      clock: systemClock,
      waiting: (message: string) => void process.stderr.write(`rushes: ${message}\n`),
      onSignal,
      exitNow: (code: number) => process.exit(code),
    };
    process.exitCode = await runCommandLine(argv, io, build());
  } catch (error) {
    process.exitCode = isOutOfFiles(error)
      ? printOutOfFiles()
      : (printRefusedByDisk(error) ?? (await reportCrash(error)));
  }
}

/**
 * A run has paid tasks, so it continues when its output cannot be written. A reader that closes the
 * pipe (`rushes plan | head`) is not an error. After any other problem, such as a full disk, the
 * output is incomplete, and the exit code says so.
 */
function outliveOutputs(): void {
  let problem: string | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code !== 'EPIPE') problem ??= message;
    });
  }
  process.once('exit', (code) => {
    if (problem === undefined) return;
    process.stderr.write(`rushes: the output could not be written: ${problem}\n`);
    if (code === 0) process.exitCode = DISK_REFUSES;
  });
}

function onSignal(handler: (signal: StopSignal) => void): () => void {
  const removers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    let heard = false;
    const hear = (): void => {
      if (signal === 'SIGHUP' && heard) return;
      heard = true;
      handler(signal);
    };
    process.on(signal, hear);
    return () => process.off(signal, hear);
  });
  return () => {
    for (const remove of removers) remove();
  };
}

/** Modules are files too: before the first request they could not all be opened at once. */
function isOutOfFiles(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && /^E[MN]FILE$/.test(String(thrown.code));
}

/** Needs no further module. */
function printOutOfFiles(): number {
  process.stderr.write(
    'rushes: too many open files: this shell allows a program only a few at a time\n  Allow more open files: `ulimit -n` shows the limit, 1024 is enough for most runs\n',
  );
  return DISK_REFUSES;
}

/** Every step of a run that could cost money is on the disk already. */
function printRefusedByDisk(thrown: unknown): number | undefined {
  const remedy = remedyOfDisk(thrown);
  if (remedy === undefined) return undefined;
  process.stderr.write(
    `rushes: ${(thrown as Error).message}\n  ${remedy}, then run the same command again. Nothing is lost.\n`,
  );
  return DISK_REFUSES;
}

/** The version, which build of it (what this file was when it was written), and what runs it. */
function build(): string {
  const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return `${VERSION} ${size} ${mtimeMs} ${process.version}`;
}

/**
 * EX_SOFTWARE: only a bug of ours gets here. What is paid for is in the journal, and the next run
 * takes it in.
 */
async function reportCrash(thrown: unknown): Promise<number> {
  const [{ redactor }, { keysIn }] = await Promise.all([
    import('./secrets/redact.ts'),
    import('./gateways/open.ts'),
  ]);
  const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(
    `rushes: this is a bug in rushes ${VERSION}, please report it with the lines below. Nothing is lost: run the same command again.\n${redactor(keysIn(process.env))(trace)}\n`,
  );
  return 70;
}

/** An interrupted question is an answer: nothing. */
async function ask(question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('SIGINT', () => {
      process.stderr.write('\n');
      lines.close();
    });
    lines.once('close', () => resolve(undefined));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** A whole number of at least 20; anything else is as if it was not set. */
function columnsOf(text: string | undefined): number | undefined {
  const columns = Number(text);
  return Number.isInteger(columns) && columns >= 20 ? columns : undefined;
}

function output(stream: NodeJS.WriteStream) {
  return {
    write: (text: string) => void stream.write(text),
    // Typed as a boolean, and undefined where the stream is not a terminal.
    isTTY: stream.isTTY ?? false,
    // `COLUMNS` goes first, as for other programs: in a pipe it is the only word on the width.
    get columns() {
      return columnsOf(process.env['COLUMNS']) ?? stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    stream,
  };
}
