/** `rushes prune`: lists entries that the lock no longer needs; removes them with --yes. */
import { renderWords } from '../../command-words.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { systemFiles } from '../../ports/files/files.ts';
import { readClipStates } from '../../lock/clips-on-disk.ts';
import { fromLockPath, pathsOf } from '../../lock/file/paths.ts';
import { moneyOf } from '../../lock/money-report.ts';
import { addTotals, NO_TOTALS } from '../../money.ts';
import { prune as without, pruning } from '../../lock/prune.ts';
import { inScope } from '../../plan/select/filters.ts';
import { nothingSelected } from '../../plan/select/nothing-selected.ts';
import { plural, qualified } from '../../report/text/format.ts';
import { moneyWords } from '../../report/text/money/money-words.ts';
import { shellWord } from '../../report/text/shell-word.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { resolveWhole } from '../shared/planning.ts';
import { parseVars } from '../shared/load-projects.ts';
import { whoWants } from '../../workflow/plan/wanted-of-locks.ts';
import { closeOrPrint, openOrPrint } from '../shared/ledgers.ts';
import { printDiagnostics } from '../shared/print.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { filterOf, type SharedOptions } from '../shared/options.ts';

export async function prune(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly yes?: boolean; readonly earlier?: boolean },
): Promise<number> {
  // Without a whole manifest every render would look like an orphan.
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects.exit;
  const opened = await openOrPrint(
    io,
    projects.resolved.map(({ project }) => project),
    { spends: false, command: 'rushes prune' },
  );
  if ('exit' in opened) return opened.exit;
  const wants = await whoWants(
    io,
    projects.resolved,
    opened.ledgers.lockOf,
    parseVars(options.var ?? []),
  );
  const all = projects.resolved.flatMap(({ project: { manifest }, renders }) => [
    ...renders.map(({ id, tags }) => ({ manifest, id, tags })),
    ...[...opened.ledgers.lockOf(manifest).renders.keys()].map((id) => ({
      manifest,
      id,
      tags: [],
    })),
  ]);
  const unselected = nothingSelected(all, filterOf(options));
  if (unselected.length > 0) {
    printDiagnostics(io, unselected);
    await closeOrPrint(io, opened.ledgers, { killed: false });
    return EXIT.usage;
  }
  let gone = 0;
  let money = NO_TOTALS;
  let clipsStay = false;
  for (const { project, renders } of projects.resolved) {
    const ledger = opened.ledgers.byManifest.get(project.manifest);
    if (ledger === undefined) continue;
    const wanted = inScope(filterOf(options), project.manifest);
    const tags = new Map(renders.map((render) => [render.id, render.tags]));
    const { goes, stays } = pruning(
      ledger.lock,
      new Set(renders.map(({ id }) => id)),
      isoSeconds(io.clock.now()),
      {
        usedBy: (id, result) => wants(project.manifest, id, result),
        named: (id) => renderWords({ manifest: project.manifest, id }),
      },
    );
    const { lock: lockPath, filesCache } = pathsOf(project.manifestPath);
    const clips = await readClipStates(ledger.lock, lockPath, filesCache, systemFiles);
    const going = goes.filter(
      ({ id, what }) =>
        wanted({ id, tags: tags.get(id) ?? [] }) && (what === 'orphan' || options.earlier === true),
    );
    for (const { id, what, result } of going) {
      money = addTotals(money, moneyOf(result) ?? NO_TOTALS);
      const file =
        result.clip === undefined || clips.of(result) === 'absent'
          ? undefined
          : fromLockPath(ledger.lockPath, result.clip.path);
      clipsStay ||= file !== undefined;
      const clip = file === undefined ? '' : `, its clip ${shown(io, file)} stays on disk`;
      io.stdout.write(
        `${options.yes === true ? 'removed' : 'would remove'} ${qualified(project.manifest, id)} (${what === 'orphan' ? 'orphan' : 'an earlier result'}, ${result.status}, ${moneyWords(moneyOf(result) ?? NO_TOTALS)}${clip})\n`,
      );
    }
    for (const { id, why } of stays)
      io.stdout.write(`stays    ${qualified(project.manifest, id)}: ${why}\n`);
    gone += going.length;
    if (options.yes === true && going.length > 0) ledger.decide(without(ledger.lock, going));
  }
  if (!(await closeOrPrint(io, opened.ledgers, { killed: false }))) return EXIT.invalid;
  if (gone === 0) {
    io.stdout.write('nothing to prune\n');
    return EXIT.done;
  }
  const results = plural(gone, 'result');
  const forgets = `status --cost ${options.yes === true ? 'no longer counts' : 'would no longer count'} ${moneyWords(money)}`;
  io.stdout.write(
    options.yes === true
      ? `${results} removed from the lock: ${forgets}\n`
      : `${results} would go: ${forgets}; nothing was changed. Do it with --yes\n`,
  );
  if (options.yes === true && clipsStay)
    io.stdout.write(
      `the clips stay on disk: rushes prune --clips ${projects.resolved.map(({ project }) => shellWord(project.manifest)).join(' ')}\n`,
    );
  return EXIT.done;
}
