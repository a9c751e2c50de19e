/**
 * `rushes collect`: follows and fetches what is pending. Submits nothing; lock and journal are all
 * it needs.
 */
import type { RenderId } from '../ids.ts';
import { parseModelName } from '../ids.ts';
import { projectRoot } from '../manifest/read.ts';
import { inScope } from '../plan/select/filters.ts';
import { collect as collectAll } from '../run/collect.ts';
import { openBooks } from './books.ts';
import { EXIT, type Io } from './shared/io.ts';
import { lockFiles } from './shared/lock-files.ts';
import { endWithoutRun } from './shared/end-without-run.ts';
import { filterOf, repeatedOf, type SharedOptions } from './flags/options.ts';
import { parseDuration } from './shared/load-projects.ts';
import { clipsFolder, runToEnd } from './shared/run-to-end.ts';
import { openWire } from './wire.ts';

export interface CollectOptions extends SharedOptions {
  readonly maxWall?: string;
  readonly detach?: boolean;
}

export async function collect(
  io: Io,
  named: readonly string[],
  options: CollectOptions,
): Promise<number> {
  const maxWallMs =
    options.maxWall === undefined ? undefined : parseDuration('--max-wall', options.maxWall);
  const files = await lockFiles(io, named, options);
  const opened = await openBooks(io, files, {
    draft: options.draft,
    spends: false,
    command: 'rushes collect',
  });
  if (opened.kind === 'exit') return endWithoutRun(io, options.json, opened.exit);
  const { books } = opened;
  const wire = await openWire(io, { draft: options.draft });
  try {
    const pending = [...books.values()].flatMap(({ lock }) =>
      [...lock.renders.values()]
        .flatMap((entry) => [entry, ...(entry.earlier ?? [])])
        .filter(
          ({ status, clip }) =>
            status === 'submitted' || (status === 'completed' && clip === undefined),
        ),
    );
    const needed = new Set(pending.map(({ model }) => parseModelName(model)?.gateway));
    const closed = [...wire.closed].filter(([gateway]) => needed.has(gateway));
    for (const [gateway, { problem, remedy }] of closed)
      io.stderr.write(
        `rushes: tasks of ${gateway} are pending, and ${problem}\n  ${remedy}, then run the same command again\n`,
      );
    // What the other gateway has made is fetched all the same.
    if (closed.length > 0 && wire.gateways.size === 0) {
      for (const book of books.values()) await book.finish({ killed: false });
      const reasons = closed.map(
        ([gateway, { problem }]) => `tasks of ${gateway} are pending, and ${problem}`,
      );
      return endWithoutRun(io, options.json, EXIT.key, { reasons });
    }
    const filter = filterOf(options);
    const filtered = Object.keys(filter).length > 0;
    const end = await runToEnd(
      io,
      {
        manifests: files,
        books,
        wire,
        draft: options.draft,
        json: options.json,
        detach: options.detach,
        maxWallMs,
        repeated: repeatedOf(options),
        submits: false,
        clips: files.flatMap(({ project }) =>
          project === undefined ? [] : [clipsFolder(project)],
        ),
        about: ({ manifest, id }) => {
          const entry = books.get(manifest)?.lock.renders.get(id);
          return entry === undefined ? undefined : { model: entry.model };
        },
      },
      (deps) =>
        collectAll(
          files.map(({ manifest, manifestPath, project }) => ({
            manifest,
            root: project?.root ?? projectRoot(manifestPath),
            ...(project === undefined ? {} : { limits: project.limits }),
            ...(filtered
              ? {
                  only: (id: RenderId) =>
                    inScope(
                      filter,
                      manifest,
                    )({
                      id,
                      tags:
                        project?.scenes.find((scene) => id.startsWith(`${scene.id}/`))?.tags ?? [],
                    }),
                }
              : {}),
          })),
          deps,
        ),
    );
    return end.exit;
  } finally {
    await wire.close();
  }
}
