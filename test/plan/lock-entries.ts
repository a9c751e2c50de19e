/** Lock entries for the tests of this room. */
import type { AttemptId, RenderId, TaskId } from '../../src/ids.ts';
import type { Lock, LockEntry, Result } from '../../src/lock/file/format.ts';
import { toLockPath } from '../../src/lock/file/paths.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import type { ClipPlace, Plan, PlannedRender, ResolvedRender } from '../../src/plan/plan.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import type { Project } from '../../src/scene.ts';
import { fakes } from './fake-models.ts';
import { projectOf } from './projects-from-yaml.ts';

const LOCK_PATH = '/repo/manifests/film.lock.json';
/** 2026-11-20T12:00:00Z: links that the results below got die at noon of the 21st. */
export const NOW = Date.parse('2026-11-20T12:00:00Z');
export const MUCH_LATER = Date.parse('2026-12-01T00:00:00Z');

let count = 0;
/** A completed result with its clip. Every call is another attempt and task. */
export function resultOf(render: ResolvedRender, more: Partial<LockEntry> = {}): LockEntry {
  count += 1;
  const n = String(count).padStart(12, '0');
  return {
    fingerprint: render.fingerprint,
    model: render.model.name,
    status: 'completed',
    attempt: `00000000-0000-4000-8000-${n}` as AttemptId,
    task: `task_${n}` as TaskId,
    submittedAt: '2026-11-20T11:00:00Z',
    completedAt: '2026-11-20T11:02:00Z',
    expiresAt: '2026-11-21T12:00:00Z',
    cost: { usd: 0.4, source: 'reported', estimatedUsd: 0.5 },
    clip: {
      path: toLockPath(LOCK_PATH, render.target),
      sha256: n.padStart(64, '0'),
      bytes: 1000,
      width: 1280,
      height: 720,
      seconds: render.asked.seconds,
      audio: false,
    },
    request: render.request,
    ...more,
  };
}

/** Without its clip, or whatever else is named. */
export function less(result: LockEntry, ...keys: readonly (keyof LockEntry)[]): LockEntry {
  return Object.fromEntries(
    Object.entries(result).filter(([key]) => !keys.some((one) => one === key)),
  ) as unknown as LockEntry;
}

export const pending = (render: ResolvedRender): LockEntry =>
  less(
    resultOf(render, { status: 'submitted', target: toLockPath(LOCK_PATH, render.target) }),
    'clip',
    'completedAt',
    'expiresAt',
  );
export const failed = (render: ResolvedRender): LockEntry =>
  less(
    resultOf(render, { status: 'failed', error: { kind: 'service', message: 'sorry' } }),
    'clip',
  );

export const lockOf = (entries: Iterable<readonly [RenderId | string, LockEntry]>): Lock => ({
  renders: new Map([...entries].map(([id, entry]) => [id as RenderId, entry])),
});

export interface Setting {
  readonly lock?: Lock;
  readonly clips?: (id: RenderId, result: Result) => ClipPlace;
  readonly options?: Partial<PlanOptions>;
}

export function planOf(
  project: Project | string,
  { lock = lockOf([]), clips = () => 'present', options = {} }: Setting = {},
): Plan {
  const resolved = resolveProject(
    typeof project === 'string' ? projectOf(project) : project,
    fakes,
  );
  return makePlan([{ resolved, lock, lockPath: LOCK_PATH, clipState: clips }], {
    now: NOW,
    ...options,
  });
}

export const rendersOf = (plan: Plan): readonly PlannedRender[] =>
  plan.projects.flatMap(({ renders }) => renders);
/** `crab/one: submit new`. */
export const told = (plan: Plan): string[] => [
  ...rendersOf(plan).map(({ render, action }) =>
    action.kind === 'moved'
      ? `${render.id}: moved from ${action.from} then ${action.then}`
      : `${render.id}: ${action.kind} ${action.reason}`,
  ),
  ...plan.projects.flatMap(({ orphans }) =>
    orphans.map(({ id, follow }) => `${id}: orphan${follow ? ' followed' : ''}`),
  ),
];
