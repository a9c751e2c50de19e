/**
 * What a plan over a manifest and all of its siblings would use of their locks: `prune` leaves that
 * alone, or the next run pays for it again.
 */
import path from 'node:path';
import { type Fingerprint, isManifestFile, type RenderId } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Resolved } from '../../plan/plan.ts';
import { qualified } from '../../report/text/format.ts';
import { shellWord } from '../../report/text/shell-word.ts';
import { resolveManifests } from '../load/load-manifests.ts';
import { planOver } from './make-plan.ts';
import { readLocks } from '../open/read-locks.ts';
import { filesOf, shown, type Surroundings } from '../open/surroundings.ts';

/** Why a result of that lock must stay: its use, or possible use; `undefined`: none. */
export type WhoWants = (manifest: string, id: RenderId, result: Result) => string | undefined;

/**
 * `resolved`: whole manifests, without a filter. Siblings are all manifests in their folders, with
 * a lock or without one yet.
 */
export async function whoWants(
  at: Surroundings,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  vars: ReadonlyMap<string, string>,
): Promise<WhoWants> {
  const { siblings, unreadable } = await siblingsOf(at, resolved, vars);
  const locks = await readLocks(
    at,
    siblings.map(({ project }) => project),
    {},
  );
  const beside = locks.kind === 'read' ? locks.lockOf : (): Lock => ({ renders: new Map() });
  const named = new Set(resolved.map(({ project }) => project.manifest));
  const { projects } = await planOver(
    at,
    [...resolved, ...siblings],
    (manifest) => (named.has(manifest) ? lockOf(manifest) : beside(manifest)),
    {},
  );
  const moves = new Map<string, string>();
  const asked = new Map<Fingerprint, string>();
  for (const { project, renders, lock } of projects) {
    for (const { render, action } of renders) {
      const who = qualified(project.manifest, render.id);
      if (action.kind === 'moved' && action.from !== render.id)
        moves.set(
          keyOf(action.fromManifest ?? project.manifest, action.from),
          moveWords(who, [project.manifest, action.fromManifest ?? project.manifest]),
        );
      const own = lock.renders.get(render.id);
      const has = own !== undefined && own.fingerprint === render.fingerprint;
      if (!has || answersOf(own).isVoid) asked.set(render.fingerprint, who);
    }
  }
  return (manifest, id, result) => {
    const mover = moves.get(keyOf(manifest, id));
    if (mover !== undefined) return mover;
    const { isVoid, mayBePaid } = answersOf(result);
    const who = isVoid || !mayBePaid ? undefined : asked.get(result.fingerprint);
    if (who !== undefined) return `is what ${who} asks for`;
    const [broken] = unreadable;
    return broken === undefined
      ? undefined
      : `may be what ${broken} asks for, which cannot be read: rushes validate ${broken}`;
  };
}

/** One render by name: the same command without it may submit what else has changed. */
function moveWords(who: string, manifests: readonly string[]): string {
  const named = [...new Set(manifests)].map(shellWord).join(' ');
  return `becomes ${who}: rushes render ${named} --only ${shellWord(who)} moves it and sends nothing`;
}

const keyOf = (manifest: string, id: RenderId): string => JSON.stringify([manifest, id]);

interface Siblings {
  readonly siblings: readonly Resolved[];
  /** Manifests that have a lock, and errors. */
  readonly unreadable: readonly string[];
}

async function siblingsOf(
  at: Surroundings,
  resolved: readonly Resolved[],
  vars: ReadonlyMap<string, string>,
): Promise<Siblings> {
  const known = new Set(resolved.map(({ project }) => project.manifestPath));
  const named = resolved.map(({ project }) => project.manifest);
  const siblings: Resolved[] = [];
  const unreadable: string[] = [];
  for (const folder of new Set([...known].map((file) => path.dirname(file)))) {
    const listed = await filesOf(at).list(folder, '', '');
    for (const name of (listed.ok ? listed.value : []).filter(isManifestFile)) {
      const file = path.join(folder, name);
      if (known.has(file)) continue;
      const one = await resolveOne(at, shown(at, file), named, vars);
      if (one !== undefined) siblings.push(one);
      else if (await hasLock(at, file)) unreadable.push(shown(at, file));
    }
  }
  return { siblings, unreadable };
}

/**
 * `undefined`: it is not a manifest, or has errors. Named ones go along: each may declare its vars.
 */
async function resolveOne(
  at: Surroundings,
  manifest: string,
  named: readonly string[],
  vars: ReadonlyMap<string, string>,
): Promise<Resolved | undefined> {
  const { resolved, ok } = await resolveManifests(at, [...named, manifest], { vars });
  return ok ? resolved.find(({ project }) => project.manifest === manifest) : undefined;
}

async function hasLock(at: Surroundings, manifestPath: string): Promise<boolean> {
  const { lock, journal } = pathsOf(manifestPath);
  const found = await Promise.all([lock, journal].map((file) => filesOf(at).read(file)));
  return found.some((read) => read.ok);
}
