/**
 * Plans, locks and diagnostics to be shown, made by hand: the faces are tested without the rooms
 * that make the real ones.
 */
import { secretFinder } from '../../src/secrets/find-secrets.ts';
import { z } from 'zod';
import { Source } from '../../src/diagnostic.ts';
import type {
  Alias,
  AttemptId,
  Fingerprint,
  ModelName,
  RenderId,
  SceneId,
  TaskId,
} from '../../src/ids.ts';
import { EMPTY_LOCK, type LockEntry } from '../../src/lock/file/format.ts';
import type { Model, Price } from '../../src/models/model.ts';
import { fromUsd } from '../../src/money.ts';
import {
  type Action,
  type ActionKind,
  isPaidFor,
  type OrphanRender,
  type Plan,
  type PlannedRender,
  type ProjectPlan,
} from '../../src/plan/plan.ts';
import { moneyOf, secondsOf } from '../../src/report/plan/plan-groups.ts';
import type { Project } from '../../src/scene.ts';

export const sha = (digit: string): Fingerprint => `sha256:${digit.repeat(64)}` as Fingerprint;
export const id = (text: string): RenderId => text as RenderId;
export const task = (text: string): TaskId => text as TaskId;
const attempt = (n: number): AttemptId =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as AttemptId;
export const exact = (usd: number): Price => ({
  kind: 'exact',
  usd: fromUsd(usd),
  asOf: '2026-11-18',
  source: 'public docs',
});
export const estimated = (usd: number): Price => ({
  kind: 'estimated',
  usd: fromUsd(usd),
  asOf: '2026-09-01',
  source: 'a reading',
});
export const unknown: Price = { kind: 'unknown', why: 'no page states it' };

export function model(name: ModelName = 'apimart/kling-v3'): Model {
  const [gateway, native] = name.split('/') as ['apimart' | 'evolink', string];
  return {
    name,
    gateway,
    native,
    title: `Title of ${native}`,
    sources: [{ text: 'the page of the model', read: '2026-11-20' }],
    lifecycle: { state: 'listed', asOf: '2026-11-20' },
    bodySchema: () => z.strictObject({}),
    profiles: { legacy: 'the older page: 5, 10 or 15 s' },
    offers: {
      duration: [3, 4, 5, 6, 7, 8, 9, 10],
      resolution: ['720p', '1080p'],
      aspect_ratio: ['16:9', '9:16'],
      unsupported: ['elements'],
      promptCodePoints: 2500,
    },
    defaults: { mode: 'std' },
    deliveryFields: ['webhook'],
    notifyField: 'webhook',
    rules: [{ rule: 'R1', text: 'duration is 3 to 15', verdict: 'refuse', mark: 'documented' }],
    rulesBesideBody: [],
    cast: [{ kind: 'words' }],
    translate: () => ({ body: {}, origin: {}, findings: [] }),
    normalise: (body) => ({ body, findings: [] }),
    check: () => [],
    price: () => exact(0.42),
    asked: () => ({ seconds: 5 }),
  };
}

const source = new Source('manifests/film.yaml', '# line\n'.repeat(40));
export const placeAt = (line: number): { source: Source; start: number; end: number } => ({
  source,
  start: (line - 1) * 7,
  end: (line - 1) * 7 + 6,
});

export const moved = (from: string, next: Extract<Action, { kind: 'moved' }>['then']): Action => ({
  kind: 'moved',
  reason: 'moved',
  from: id(from),
  // eslint-disable-next-line unicorn/no-thenable
  then: next,
});

export interface RenderSample {
  readonly model?: Model;
  readonly seconds?: number;
  readonly price?: Price;
  readonly notes?: readonly string[];
  readonly skip?: { readonly reason?: string };
  readonly prompt?: string;
  readonly entry?: LockEntry;
}

export function planned(text: string, action: Action, sample: RenderSample = {}): PlannedRender {
  const [scene = '', alias = '', take = '1'] = text.split('/');
  const request = {
    model: 'kling-v3',
    prompt: sample.prompt ?? `The prompt of ${scene}`,
    duration: sample.seconds ?? 5,
  };
  return {
    render: {
      id: id(text),
      scene: scene as SceneId,
      alias: alias as Alias,
      take: Number(take),
      model: sample.model ?? model(),
      tags: [],
      ...(sample.skip === undefined ? {} : { skip: sample.skip }),
      request,
      fingerprint: sha('a'),
      revision: 0,
      asked: { seconds: sample.seconds ?? 5 },
      price: sample.price ?? exact(0.42),
      target: `/film/out/tide-pools/${scene}/${alias}.mp4`,
      notes: sample.notes ?? [],
      place: placeAt(3),
      placeOf: () => placeAt(3),
    },
    action,
    ...(sample.entry === undefined ? {} : { entry: sample.entry }),
  };
}

export function entry(partial: Partial<LockEntry> = {}): LockEntry {
  return {
    fingerprint: sha('b'),
    model: 'apimart/kling-v3',
    status: 'completed',
    attempt: attempt(1),
    task: task('task_01'),
    ...partial,
  };
}

export function project(manifest = 'manifests/film.yaml'): Project {
  return {
    manifest,
    manifestPath: `/film/${manifest}`,
    root: '/film',
    name: 'tide-pools',
    outputPath: '/film/out',
    aliases: [],
    defaults: { words: { kind: 'map', entries: new Map(), place: placeAt(1) } },
    scenes: [],
    limits: { gateways: {}, models: {} },
    retries: { service: 0, timeout: 0 },
    prices: new Map(),
    moved: [],
    onMismatch: 'warn',
    secretsIn: secretFinder({}),
    digests: new Map(),
    pictures: new Map(),
  };
}

export function planOf(
  renders: readonly PlannedRender[],
  orphans: readonly OrphanRender[] = [],
  manifest?: string,
): Plan {
  const projects: ProjectPlan[] = [
    {
      project: project(manifest),
      lockPath: '/film/manifests/film.lock.json',
      lock: EMPTY_LOCK,
      renders,
      orphans,
      written: renders.map(({ render }) => render),
    },
  ];
  return totalled(projects);
}

export function totalled(projects: readonly ProjectPlan[]): Plan {
  const all = projects.flatMap(({ renders }) => renders);
  const submits = all.filter(({ action }) => isPaidFor(action));
  const actions: Record<ActionKind, number> = {
    submit: 0,
    wait: 0,
    attach: 0,
    fetch: 0,
    keep: 0,
    moved: 0,
    hold: 0,
    orphan: projects.reduce((sum, { orphans }) => sum + orphans.length, 0),
  };
  for (const { action } of all) actions[action.kind] += 1;
  return {
    projects,
    totals: {
      actions,
      seconds: secondsOf(submits),
      pictures: 0,
      cost: moneyOf(submits),
      forecastSeconds: actions.submit * 40,
    },
    diagnostics: [],
  };
}
