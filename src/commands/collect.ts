/**
 * `rushes collect`: follows and fetches what is pending. Submits nothing; lock and journal are all
 * it needs.
 */
import { prepareCollect } from '../workflow/run/collect.ts';
import { clipsFolder } from '../workflow/run/run-over-ledgers.ts';
import { pollMinMs } from './flags/money-flags.ts';
import { filterOf, repeatedOf, type SharedOptions } from './shared/options.ts';
import { endWithoutRun } from './shared/end-without-run.ts';
import type { Io } from './shared/io.ts';
import { printLedgerProblems } from './shared/ledgers.ts';
import { parseDuration } from './shared/load-projects.ts';
import { lockFiles } from './shared/lock-files.ts';
import { printDiagnostics } from './shared/print.ts';
import { runToEnd } from './shared/run-to-end.ts';

export interface CollectOptions extends SharedOptions {
  readonly notifyCommand?: string;
  readonly maxWall?: string;
  readonly detach?: boolean;
}

export async function collect(
  io: Io,
  named: readonly string[],
  options: CollectOptions,
): Promise<number> {
  const { draft, json, detach } = options;
  const maxWallMs =
    options.maxWall === undefined ? undefined : parseDuration('--max-wall', options.maxWall);
  const pollMs = pollMinMs(io);
  const files = await lockFiles(io, named, options);
  const prepared = await prepareCollect(io, {
    files,
    filter: filterOf(options),
    draft,
    command: 'rushes collect',
  });
  if (prepared.kind === 'refused') {
    printDiagnostics(io, prepared.notices);
    printLedgerProblems(io, prepared.problems);
  } else printDiagnostics(io, prepared.ledgers.takeNotices());
  const reasons = prepared.closed.map(
    ({ gateway, problem }) => `tasks of ${gateway} are pending, and ${problem}`,
  );
  for (const [index, { remedy }] of prepared.closed.entries())
    io.stderr.write(`rushes: ${reasons[index]}\n  ${remedy}, then run the same command again\n`);
  if (prepared.kind === 'refused') return endWithoutRun(io, json, prepared.exit, { reasons });
  const { ledgers } = prepared;
  const end = await runToEnd(
    io,
    {
      manifests: files.map(({ project, ...file }) => ({
        ...file,
        ...(project === undefined ? {} : { name: project.name }),
      })),
      draft,
      json,
      repeated: repeatedOf(options),
      notifyCommand: options.notifyCommand,
      clips: files.flatMap(({ project }) => (project === undefined ? [] : [clipsFolder(project)])),
      about: ({ manifest, id }) => {
        const entry = ledgers.lockOf(manifest).renders.get(id);
        return entry === undefined ? undefined : { model: entry.model };
      },
    },
    (watched) => prepared.run({ ...watched, detach, maxWallMs, pollMinMs: pollMs }),
  );
  return end.exit;
}
