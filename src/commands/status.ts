/** `rushes status`: what lock and disk say. Works from the locks alone, and changes nothing. */
import { statusCostTerminal } from '../report/lock/status-cost.ts';
import { statusDocument } from '../report/lock/status-json.ts';
import { statusTerminal } from '../report/lock/status-terminal.ts';
import { statusParts, withStored } from '../workflow/status.ts';
import { EXIT, type Io } from './shared/io.ts';
import { readSelected } from './shared/lock-files.ts';
import { filterOf, type SharedOptions } from './shared/options.ts';
import { document, terminalOf } from './shared/print.ts';

export async function status(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly cost?: boolean },
): Promise<number> {
  const filter = filterOf(options);
  const read = await readSelected(io, named, filter, options);
  if ('exit' in read) return read.exit;
  const local = await statusParts(read.byManifest, read.files, {
    filter,
    blind: options.cost === true,
  });
  const draft = options.draft === true;
  const { parts, store } =
    draft || options.cost === true
      ? { parts: local, store: undefined }
      : await withStored(io, local);
  if (options.json === true) document(io, statusDocument(parts, io.clock.now(), store));
  else if (options.cost === true)
    io.stdout.write(
      statusCostTerminal(
        parts.map(({ lock }) => lock),
        { ...terminalOf(io, io.stdout), draft },
      ),
    );
  else
    io.stdout.write(
      statusTerminal(parts, {
        ...terminalOf(io, io.stdout),
        nowMs: io.clock.now(),
        draft,
        store,
      }),
    );
  return EXIT.done;
}
