/** `rushes status`: the state of lock and disk. Works from the locks alone, and changes nothing. */
import type { RenderId } from '../ids.ts';
import { statusCostTerminal } from '../report/lock/status-cost.ts';
import { statusCsv } from '../report/lock/status-csv.ts';
import { type RenderState, STATES, statusDocument } from '../report/lock/status-json.ts';
import { statusTerminal } from '../report/lock/status-terminal.ts';
import type { LockFileOfManifest } from '../workflow/load/manifests-of-locks.ts';
import { partsInStates, statusParts, withOrphans, withStored } from '../workflow/status.ts';
import { EXIT, type Io, UsageError, writeData } from './shared/io.ts';
import { readSelected } from './shared/lock-files.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { document, terminalOf } from './shared/print.ts';

interface StatusFlags extends SharedOptions {
  readonly cost?: boolean;
  readonly csv?: boolean;
  readonly state?: readonly string[];
}

export async function status(
  io: Io,
  named: readonly string[],
  options: StatusFlags,
): Promise<number> {
  const states = statesOf(options);
  if (options.csv === true && options.cost !== true)
    throw new UsageError('--csv needs --cost', 'Give both: rushes status --cost --csv');
  const filter = filterOf(options);
  const csv = options.csv === true;
  const read = await readSelected(io, named, filter, { ...options, withManifests: csv });
  if ('exit' in read) return read.exit;
  // Money alone does not depend on the disk, unless it is asked for by state.
  const blind = options.cost === true && states === undefined && options.json !== true;
  const local = await statusParts(read.byManifest, read.files, { filter, blind });
  const draft = options.draft === true;
  const { parts: all, store } =
    draft || blind ? { parts: local, store: undefined } : await withStored(io, local);
  const parts = states === undefined ? all : partsInStates(all, states, io.clock.now());
  if (options.json === true) document(io, statusDocument(parts, io.clock.now(), store));
  else if (csv)
    writeData(
      io,
      statusCsv(parts.map((part) => ({ ...part, tagsOf: tagsIn(read.files, part.manifest) }))),
    );
  else if (options.cost === true)
    io.stdout.write(
      statusCostTerminal(
        parts.map(({ lock }) => lock),
        { ...terminalOf(io, io.stdout), draft },
      ),
    );
  else
    io.stdout.write(
      statusTerminal(await withOrphans(io, parts, io.clock.now()), {
        ...terminalOf(io, io.stdout),
        nowMs: io.clock.now(),
        draft,
        store,
        filtered: states !== undefined,
      }),
    );
  return EXIT.done;
}

function statesOf({ state }: StatusFlags): ReadonlySet<RenderState> | undefined {
  const wrong = state?.find((word) => !STATES.some((known) => known === word));
  if (wrong !== undefined)
    throw new UsageError(`--state ${wrong} is not a state`, `One of: ${STATES.join(', ')}`);
  return state === undefined ? undefined : new Set(state as readonly RenderState[]);
}

function tagsIn(
  files: readonly LockFileOfManifest[],
  manifest: string,
): (id: RenderId) => readonly string[] {
  const project = files.find((file) => file.manifest === manifest)?.project;
  const tags = new Map<string, readonly string[]>(
    project?.scenes.map((scene) => [scene.id, scene.tags]),
  );
  return (id) => tags.get(id.slice(0, id.indexOf('/'))) ?? [];
}
