/**
 * A random project: scenes × aliases over all models, with takes, limits and a budget, in one
 * manifest or two.
 */
import type { Json, JsonObject } from '../../src/scene.ts';

/** At least 0, below 1. */
export type Chance = () => number;
export const pick = <T>(chance: Chance, from: readonly [T, ...T[]]): T =>
  from[Math.floor(chance() * from.length)] ?? from[0];
export const between = (chance: Chance, low: number, high: number): number =>
  low + Math.floor(chance() * (high - low + 1));

interface Alias {
  readonly name: string;
  readonly model: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Every model of the catalogue. Aliases of one model differ in seconds, so that a body tells whose
 * it is.
 */
const ALIASES: readonly [Alias, ...Alias[]] = [
  { name: 'kling', model: 'apimart/kling-v3', settings: { duration: 5 } },
  {
    name: 'kling-pro',
    model: 'apimart/kling-v3',
    settings: { duration: 3, resolution: '1080p', audio: true },
  },
  { name: 'kling26', model: 'apimart/kling-v2-6', settings: { duration: 5 } },
  { name: 'sora', model: 'apimart/sora-2', settings: { duration: 4 } },
  { name: 'sora-pro', model: 'apimart/sora-2-pro', settings: { duration: 8, resolution: '1080p' } },
  { name: 'o3', model: 'evolink/kling-o3-text-to-video', settings: { duration: 3 } },
  {
    name: 'o3-sound',
    model: 'evolink/kling-o3-text-to-video',
    settings: { duration: 6, audio: true },
  },
];

export interface Film {
  /** All render ids. */
  readonly ids: readonly string[];
  readonly takes: number;
  /** Paid attempts that follow a failure by themselves. */
  readonly retries: number;
  readonly inFlight: {
    readonly all: number;
    readonly gateways: Readonly<Record<'apimart' | 'evolink', number>>;
  };
  /** Of the aliases that have a limit of their own. */
  readonly aliasInFlight: ReadonlyMap<string, number>;
  /** Whether its limits can be shared out between two shards. */
  readonly inTwo: boolean;
  /** Submits that each gateway may be sent in a minute, if that is limited. */
  readonly perMinute: number | undefined;
  /** `on_mismatch: fail`. */
  readonly strict: boolean;
  readonly scenes: readonly string[];
  /** Files of manifests, which share the scenes out among them. */
  readonly files: readonly string[];
  /** The text of one of the files. `revisions`: by scene; another one is another request. */
  manifest(
    file: string,
    budgetUsd: number | undefined,
    revisions: ReadonlyMap<string, number>,
  ): string;
  /** `scene/alias` that a body was made for; `undefined`: none of this film's. */
  purposeOf(gateway: string, body: JsonObject): string | undefined;
}

/** `slow`: also with limits that cost a minute of waiting. */
export function randomFilm(
  chance: Chance,
  { scenes, slow }: { readonly scenes: number; readonly slow: boolean },
): Film {
  const shuffled = [...ALIASES]
    .map((alias) => ({ alias, at: chance() }))
    .sort((a, b) => a.at - b.at);
  const aliases = shuffled.slice(0, between(chance, 2, 4)).map(({ alias }) => alias);
  const takes = pick(chance, [1, 1, 2]);
  const retries = pick(chance, [0, 0, 1]);
  const gateways = { apimart: between(chance, 1, 4), evolink: between(chance, 1, 3) };
  const all = between(
    chance,
    Math.max(gateways.apimart, gateways.evolink),
    gateways.apimart + gateways.evolink,
  );
  const aliasInFlight = new Map(
    aliases.filter(() => chance() < 0.3).map(({ name }) => [name, between(chance, 1, 2)]),
  );
  const strict = chance() < 0.2;
  const files = chance() < 0.3 ? ['film.yaml', 'second.yaml'] : ['film.yaml'];
  const names = Array.from({ length: scenes }, (_, index) => `scene-${index + 1}`);
  const ids = names.flatMap((scene) =>
    aliases.flatMap(({ name }) =>
      Array.from(
        { length: takes },
        (_, take) => `${scene}/${name}${take === 0 ? '' : `/${take + 1}`}`,
      ),
    ),
  );
  const perMinute = slow && chance() < 0.2 ? Math.max(6, Math.ceil(ids.length / 2)) : undefined;
  const rate = perMinute === undefined ? {} : { submits_per_minute: perMinute };
  return {
    ids,
    takes,
    retries,
    inFlight: { all, gateways },
    aliasInFlight,
    inTwo: Math.min(all, gateways.apimart, gateways.evolink, ...aliasInFlight.values()) >= 2,
    perMinute,
    strict,
    scenes: names,
    files,
    manifest: (file, budgetUsd, revisions) =>
      [
        'rushes: 1',
        `project: chaos-${files.indexOf(file) + 1}`,
        'models:',
        ...aliases.map(
          ({ name, model, settings }) =>
            `  ${name}: ${JSON.stringify({ use: model, ...settings })}`,
        ),
        'defaults: { aspect_ratio: "16:9" }',
        // The deadline bounds how long one life may follow a task that has no end.
        `limits: ${JSON.stringify({
          in_flight: all,
          gateways: {
            apimart: { in_flight: gateways.apimart, ...rate },
            evolink: { in_flight: gateways.evolink, ...rate },
          },
          models: Object.fromEntries(
            [...aliasInFlight].map(([name, in_flight]) => [name, { in_flight }]),
          ),
          deadline: '3s',
        })}`,
        `retries: { service: ${retries} }`,
        ...(budgetUsd === undefined
          ? []
          : [
              `budget: ${JSON.stringify({ usd: budgetUsd, unpriced: aliases.map(({ name }) => name) })}`,
            ]),
        ...(strict ? ['on_mismatch: fail'] : []),
        'scenes:',
        ...names
          .filter((_, index) => index % files.length === files.indexOf(file))
          .map(
            (scene) =>
              `  - { id: ${scene}, takes: ${takes}, revision: ${revisions.get(scene) ?? 1}, prompt: "[${scene}] a tide pool at sunrise" }`,
          ),
        '',
      ].join('\n'),
    purposeOf(gateway, body) {
      const scene = /^\[(scene-\d+)\]/.exec(said(body['prompt']))?.[1];
      const alias = aliases.find(
        ({ model, settings }) =>
          model === `${gateway}/${said(body['model'])}` &&
          String(settings['duration']) === said(body['duration']),
      );
      return scene === undefined || alias === undefined ? undefined : `${scene}/${alias.name}`;
    },
  };
}

const said = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
