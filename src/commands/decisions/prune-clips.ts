/** `rushes prune --clips`: clips on the disk that no lock names. Lists; with --yes they go. */
import { rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { pathsOf } from '../../lock/file/paths.ts';
import { systemProcesses } from '../../lock/run-lock/processes.ts';
import { holderOf } from '../../lock/run-lock/run-lock.ts';
import { bytes, plural } from '../../report/text/format.ts';
import { terminalLine } from '../../report/text/escape.ts';
import { staysInside } from '../../run/task/delivery/landing.ts';
import type { Project } from '../../scene.ts';
import { clipsOnDisk, unnamedClips } from '../../workflow/unnamed-clips.ts';
import { locksOfRoot } from '../../workflow/load/locks-of-root.ts';
import type { ManifestFile } from '../../workflow/open/ledger-problems.ts';
import { filesOf, shown } from '../../workflow/open/surroundings.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { closeOrPrint, openOrPrint, readOrPrint } from '../shared/ledgers.ts';
import { resolveWhole } from '../shared/planning.ts';
import type { SharedOptions } from '../shared/options.ts';

export async function pruneClips(
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly yes?: boolean },
): Promise<number> {
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects.exit;
  const own = projects.resolved.map(({ project }) => project);
  // No run may land a clip meanwhile that its lock does not name yet.
  const opened = await openOrPrint(io, own, { spends: false, command: 'rushes prune --clips' });
  if ('exit' in opened) return opened.exit;
  const { ledgers } = opened;
  try {
    // Before the locks are read: a clip that lands meanwhile is not among them.
    const onDisk = await Promise.all(own.map(clipsOnDisk));
    const others = await otherLocks(io, own);
    const running = await firstRunning(io, others);
    if (running !== undefined) {
      io.stderr.write(
        `rushes: ${running}\n  Its clips may be in no lock yet. Wait for it, or stop it. Nothing was removed.\n`,
      );
      return EXIT.pending;
    }
    const read = await readOrPrint(io, others, {});
    if ('exit' in read) return read.exit;
    const locks = [
      ...own.map(({ manifest, manifestPath }) => ({
        lock: ledgers.lockOf(manifest),
        lockPath: pathsOf(manifestPath).lock,
      })),
      ...[...read.byManifest.values()].map(({ lock, paths }) => ({ lock, lockPath: paths.lock })),
    ];
    let [gone, freed] = [0, 0];
    for (const [index, project] of own.entries()) {
      const record = ledgers.recordOf(project.manifest);
      const clips = await unnamedClips(onDisk[index] ?? [], {
        locks,
        attempts: record?.record.attempts,
        branch: record?.branch,
      });
      for (const { file, bytes: size, branch, clipOf } of clips) {
        const name = terminalLine(shown(io, file));
        if (clipOf !== undefined) {
          io.stdout.write(
            `stays    ${name}: the only copy here of the clip of ${terminalLine(clipOf)}\n`,
          );
          continue;
        }
        if (branch !== undefined) {
          io.stdout.write(`stays    ${name}: paid for on branch ${terminalLine(branch)}\n`);
          continue;
        }
        if (!(await staysInside(project.root, file))) continue;
        if (options.yes === true) await removeClip(file);
        io.stdout.write(
          `${options.yes === true ? 'removed' : 'would remove'} ${name} (${bytes(size)})\n`,
        );
        gone += 1;
        freed += size;
      }
    }
    if (gone === 0) io.stdout.write('no clip without a lock entry\n');
    else
      io.stdout.write(
        options.yes === true
          ? `${plural(gone, 'clip')} removed, ${bytes(freed)}\n`
          : `${plural(gone, 'clip')} would go, ${bytes(freed)}; nothing was changed. Do it with --yes\n`,
      );
    return EXIT.done;
  } finally {
    await closeOrPrint(io, ledgers, { killed: false });
  }
}

/** Any manifest of the project may have clips in the same folder. */
async function otherLocks(io: Io, own: readonly Project[]): Promise<readonly ManifestFile[]> {
  const known = new Set(own.map(({ manifestPath }) => pathsOf(manifestPath).lock));
  const found = new Map<string, ManifestFile>();
  for (const root of new Set(own.map((project) => project.root)))
    for (const one of await locksOfRoot(io, root)) {
      const { lock } = pathsOf(one.manifestPath);
      if (!known.has(lock)) found.set(lock, one);
    }
  return [...found.values()];
}

/** Who is at work on one of them, for people. */
async function firstRunning(
  io: Io,
  manifests: readonly ManifestFile[],
): Promise<string | undefined> {
  const processes = io.processes ?? (await systemProcesses());
  for (const { manifestPath } of manifests) {
    const { lock, runLock } = pathsOf(manifestPath);
    const holder = await holderOf(runLock, { ...io, files: filesOf(io), processes });
    if (holder !== undefined) return `${shown(io, lock)}: ${holder}`;
  }
  return undefined;
}

async function removeClip(file: string): Promise<void> {
  await unlink(file);
  // Of a scene that is gone nothing is left.
  await rmdir(path.dirname(file)).catch(() => undefined);
}
