/**
 * What people do to their manifests, commit by commit, each rendered: after every run the plan is
 * all `keep`, read back from the lock's own bytes, and what only changed its name, its place or its
 * mind is never paid for twice.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderId, type RenderId } from '../../../src/ids.ts';
import { decodeLock } from '../../../src/lock/file/decode.ts';
import { encodeLock, type Lock, type LockEntry } from '../../../src/lock/file/format.ts';
import { toLockPath } from '../../../src/lock/file/paths.ts';
import { decisionAfterReplacement, entryOf, resultOf as alone } from '../../../src/lock/entry.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan, PlannedRender, ProjectPlan } from '../../../src/plan/plan.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { fakes } from '../fake-models.ts';
import { NOW, resultOf, told } from '../lock-entries.ts';
import { projectOf } from '../projects-from-yaml.ts';
import { sized } from '../../sizes.ts';

const MANIFESTS = ['a.yaml', 'b.yaml'] as const;
const SEED = 20_261_125;

interface Scene {
  /** Who it is, whatever it is called. */
  readonly key: number;
  readonly name: string;
  readonly version: number;
  readonly takes: number;
  readonly at: number;
}

const promptOf = ({ key, version }: Scene): string => `Scene ${key} as of ${version}`;
const textOf = (scenes: readonly Scene[], at: number): string => {
  const here = scenes.filter((scene) => scene.at === at);
  const list = here
    .map(
      (scene) => `\n  - { id: ${scene.name}, prompt: ${promptOf(scene)}, takes: ${scene.takes} }`,
    )
    .join('');
  return `models: { one: { use: apimart/one } }\nscenes:${list === '' ? ' []' : list}\n`;
};

type Locks = readonly Lock[];
const lockPathOf = (manifest: string): string =>
  `/repo/manifests/${manifest.replace('.yaml', '.lock.json')}`;
const planFor = (scenes: readonly Scene[], locks: Locks): Plan =>
  makePlan(
    MANIFESTS.map((manifest, at) => ({
      resolved: resolveProject(projectOf(textOf(scenes, at), manifest), fakes),
      lock: locks[at] ?? { renders: new Map() },
      lockPath: lockPathOf(manifest),
      clipState: () => 'present' as const,
    })),
    { now: NOW },
  );

/** The locks as a run leaves them that did what the plan says, written and read back. */
function rendered(plan: Plan): Locks {
  const renders = plan.projects.map(({ lock }) => new Map(lock.renders));
  const takeOut = (at: number, id: RenderId): LockEntry | undefined => {
    const entry = renders[at]?.get(id);
    renders[at]?.delete(id);
    return entry;
  };
  const moving = plan.projects.flatMap((part, at) =>
    part.renders.flatMap(({ render, action, restored }) => {
      if (action.kind !== 'moved') return [];
      const from =
        action.fromManifest === undefined
          ? at
          : MANIFESTS.findIndex((manifest) => manifest === action.fromManifest);
      return [{ part, at, render, action, restored, entry: takeOut(from, action.from) }];
    }),
  );
  for (const { part, at, render, entry, action } of moving) {
    if (entry === undefined) throw new Error(`two renders took one entry: ${render.id}`);
    const there =
      action.fromManifest === undefined ? takeOut(at, render.id) : renders[at]?.get(render.id);
    if (there !== undefined && action.fromManifest === undefined)
      renders[at]?.set(aside(renders[at], render), there);
    renders[at]?.set(
      render.id,
      withEarlier(
        inPlace(entry, part, render),
        action.fromManifest === undefined ? undefined : there,
      ),
    );
  }
  for (const [at, part] of plan.projects.entries()) {
    for (const { render, action, restored } of part.renders) {
      const own = renders[at]?.get(render.id);
      if (restored !== undefined && own !== undefined) {
        const wanted = (own.earlier ?? []).find(({ task }) => task === restored.task);
        if (wanted === undefined) throw new Error(`nothing to restore: ${render.id}`);
        const others = (own.earlier ?? []).filter((result) => result !== wanted);
        renders[at]?.set(
          render.id,
          inPlace(
            entryOf(wanted, decisionAfterReplacement(own.decision), [alone(own), ...others]),
            part,
            render,
          ),
        );
      }
      if (action.kind === 'submit') renders[at]?.set(render.id, withEarlier(resultOf(render), own));
    }
  }
  return plan.projects.map((_, at) => {
    const read = decodeLock(encodeLock({ renders: renders[at] ?? new Map() }), 'lock');
    if (!read.ok) throw new Error(read.diagnostics.map(({ message }) => message).join('\n'));
    return read.lock;
  });
}

/** What makes room within one lock stays an orphan under a take that nobody asks for. */
function aside(
  renders: ReadonlyMap<RenderId, LockEntry> | undefined,
  { scene, alias }: PlannedRender['render'],
): RenderId {
  let take = 999_999;
  while (renders?.has(renderId(scene, alias, take)) === true) take--;
  return renderId(scene, alias, take);
}

const withEarlier = (entry: LockEntry, own: LockEntry | undefined): LockEntry =>
  own === undefined
    ? entry
    : entryOf(alone(entry), entry.decision, [
        ...(entry.earlier ?? []),
        alone(own),
        ...(own.earlier ?? []),
      ]);
const inPlace = (
  entry: LockEntry,
  { lockPath }: ProjectPlan,
  { target }: PlannedRender['render'],
): LockEntry =>
  entry.clip === undefined
    ? entry
    : { ...entry, clip: { ...entry.clip, path: toLockPath(lockPath, target) } };

/** One commit: an edit of the list of scenes. `pick`, `other`: whom it is about. */
type Edit = (
  scenes: readonly Scene[],
  pick: number,
  other: number,
  fresh: number,
) => readonly Scene[];
const at = (scenes: readonly Scene[], pick: number): Scene | undefined =>
  scenes[pick % Math.max(1, scenes.length)];
const replace = (
  scenes: readonly Scene[],
  one: Scene | undefined,
  by: Partial<Scene>,
): readonly Scene[] => scenes.map((scene) => (scene === one ? { ...scene, ...by } : scene));

const NAMES: Readonly<Record<string, Edit>> = {
  rename: (scenes, pick, _, fresh) =>
    replace(scenes, at(scenes, pick), { name: `renamed-${fresh}` }),
  swap: (scenes, pick, other) => {
    const [a, b] = [at(scenes, pick), at(scenes, other)];
    if (a === undefined || b === undefined || a.at !== b.at) return scenes;
    return scenes.map((scene) =>
      scene === a ? { ...a, name: b.name } : scene === b ? { ...b, name: a.name } : scene,
    );
  },
  reorder: (scenes, pick) => [...scenes.slice(pick % 5), ...scenes.slice(0, pick % 5)],
  number: (scenes) => scenes.map((scene, index) => ({ ...scene, name: `s${index}` })),
  insert: (scenes, pick, _, fresh) =>
    [{ key: fresh, name: '', version: 0, takes: 1, at: pick % 2 }, ...scenes].map(
      (scene, index) => ({ ...scene, name: `s${index}` }),
    ),
  drop: (scenes, pick) =>
    scenes
      .filter((scene) => scene !== at(scenes, pick))
      .map((scene, index) => ({ ...scene, name: `s${index}` })),
};
const FILES: Readonly<Record<string, Edit>> = {
  move: (scenes, pick) => {
    const one = at(scenes, pick);
    const isFree = !scenes.some((scene) => scene.at !== one?.at && scene.name === one?.name);
    return isFree && one !== undefined ? replace(scenes, one, { at: 1 - one.at }) : scenes;
  },
};
const WORDS: Readonly<Record<string, Edit>> = {
  edit: (scenes, pick) =>
    replace(scenes, at(scenes, pick), { version: (at(scenes, pick)?.version ?? 0) + 1 }),
  back: (scenes, pick) =>
    replace(scenes, at(scenes, pick), {
      version: Math.max(0, (at(scenes, pick)?.version ?? 0) - 1),
    }),
  more: (scenes, pick) =>
    replace(scenes, at(scenes, pick), { takes: Math.min(3, (at(scenes, pick)?.takes ?? 1) + 1) }),
  fewer: (scenes, pick) => replace(scenes, at(scenes, pick), { takes: 1 }),
};

const commitsOf = (
  edits: Readonly<Record<string, Edit>>,
): fc.Arbitrary<readonly { what: string; pick: number; other: number }[]> =>
  fc.array(
    fc.record({ what: fc.constantFrom(...Object.keys(edits)), pick: fc.nat(9), other: fc.nat(9) }),
    { minLength: 1, maxLength: 12 },
  );
const START: readonly Scene[] = Array.from({ length: 6 }, (_, key) => ({
  key,
  name: `s${key}`,
  version: 0,
  takes: 1 + (key % 2),
  at: key % 2,
}));

function follow(
  edits: Readonly<Record<string, Edit>>,
  onPlan: (plan: Plan, commit: string) => void,
): void {
  fc.assert(
    fc.property(commitsOf(edits), (commits) => {
      let scenes = START;
      let locks = rendered(planFor(scenes, []));
      onPlan(planFor(scenes, []), 'first');
      for (const [index, { what, pick, other }] of commits.entries()) {
        scenes = edits[what]?.(scenes, pick, other, 100 + index) ?? scenes;
        const plan = planFor(scenes, locks);
        onPlan(plan, what);
        locks = rendered(plan);
        const after = planFor(scenes, locks);
        expect(
          told(after).filter(
            (line) => !line.endsWith('keep current') && !line.endsWith(': orphan'),
          ),
        ).toEqual([]);
      }
    }),
    { seed: SEED, numRuns: sized(15, 60) },
  );
}

test('whatever is done to the manifests, the plan after the run is all keep', () => {
  let submits = 0;
  follow({ ...NAMES, ...FILES, ...WORDS }, ({ totals }) => (submits += totals.actions.submit));
  expect(submits).toBeGreaterThan(sized(100, 400));
});

test.each([
  ['renamed, swapped, renumbered, reordered', NAMES],
  ['moved between files', FILES],
  ['edited, taken back, more takes and fewer', WORDS],
  ['all of it', { ...NAMES, ...FILES, ...WORDS }],
])('%s: nothing is paid for twice', (_, edits) => {
  const twice: string[] = [];
  let paid = new Set<string>();
  follow(edits, (plan, commit) => {
    if (commit === 'first') paid = new Set();
    for (const { render, action } of plan.projects.flatMap(({ renders }) => renders)) {
      if (action.kind !== 'submit') continue;
      if (paid.has(render.fingerprint)) twice.push(`${commit}: ${render.id}`);
      paid.add(render.fingerprint);
    }
    expect(twice).toEqual([]);
  });
});
