/**
 * Projects for the tests of this room, from YAML with real places. Only what these tests need of
 * the manifest language: no templates, no rows, no checks.
 */
import { secretFinder } from '../../src/secrets/find-secrets.ts';
import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { type Place, Source } from '../../src/diagnostic.ts';
import type { Alias, SceneId } from '../../src/ids.ts';
import { fromUsd } from '../../src/money.ts';
import {
  type AliasSpec,
  type Layer,
  type Located,
  type LocatedMap,
  plain,
  type Project,
  type SceneSpec,
  type Word,
  WORDS,
} from '../../src/scene.ts';

export function projectOf(text: string, manifest = 'film.yaml'): Project {
  const source = new Source(manifest, text);
  const root = located(parseDocument(text).contents, source) as LocatedMap;
  const all = plain(root) as {
    project?: string;
    output?: string;
    limits?: object;
    budget?: { usd?: number; unpriced?: Alias[] };
  };
  const models = map(root, 'models');
  const name = all.project ?? manifest.replace(/\.yaml$/, '');
  return {
    manifest,
    manifestPath: `/repo/manifests/${manifest}`,
    root: '/repo',
    name,
    outputPath: `/repo/${all.output ?? 'out'}`,
    aliases: [...models.entries].map(([alias, { value }]) =>
      aliasOf(alias as Alias, value as LocatedMap),
    ),
    defaults: layer(map(root, 'defaults')),
    scenes: list(root, 'scenes').map((scene) => sceneOf(scene as LocatedMap)),
    limits: { gateways: {}, models: {}, ...all.limits },
    ...(all.budget === undefined
      ? {}
      : {
          budget: {
            ...(all.budget.usd === undefined ? {} : { usd: fromUsd(all.budget.usd) }),
            unpriced: all.budget.unpriced ?? [],
            place: at(root, 'budget')?.place ?? root.place,
          },
        }),
    retries: { service: 0, timeout: 0 },
    prices: new Map(
      [...map(root, 'prices').entries].map(([alias, { value }]) => {
        const price = plain(value) as { usd_per_second?: number; usd_per_clip?: number };
        return [
          alias as Alias,
          {
            ...(price.usd_per_second === undefined ? {} : { usdPerSecond: price.usd_per_second }),
            ...(price.usd_per_clip === undefined ? {} : { usdPerClip: price.usd_per_clip }),
            place: value.place,
          },
        ];
      }),
    ),
    moved: list(root, 'moved').map((rule) => ({
      ...(plain(rule) as { from: string; to: string }),
      place: rule.place,
    })),
    onMismatch: 'warn',
    secretsIn: secretFinder({}),
    digests: new Map([[`manifests/${manifest}`, 'sha256:00']]),
    pictures: new Map(),
  };
}

function aliasOf(alias: Alias, value: LocatedMap): AliasSpec {
  const use = at(value, 'use');
  const profile = at(value, 'profile');
  return {
    alias,
    place: value.place,
    use: { model: textOf(use), place: use?.place ?? value.place },
    ...(profile === undefined ? {} : { profile: { name: textOf(profile), place: profile.place } }),
    layer: layer(value),
  };
}

function sceneOf(value: LocatedMap): SceneSpec {
  const all = plain(value) as {
    id: SceneId;
    models?: Alias[];
    takes?: number;
    revision?: number;
    skip?: true | string;
    tags?: string[];
  };
  const id = at(value, 'id');
  return {
    id: all.id,
    place: id?.place ?? value.place,
    layer: layer(value),
    ...(all.models === undefined
      ? {}
      : {
          models: list(value, 'models').map((alias) => ({
            alias: plain(alias) as Alias,
            place: alias.place,
          })),
        }),
    overrides: new Map(
      [...map(value, 'overrides').entries].map(([alias, { value: own }]) => [
        alias as Alias,
        layer(own as LocatedMap),
      ]),
    ),
    takes: all.takes ?? 1,
    revision: all.revision ?? 0,
    ...(all.skip === undefined
      ? {}
      : { skip: typeof all.skip === 'string' ? { reason: all.skip } : {} }),
    tags: all.tags ?? [],
  };
}

function layer(value: LocatedMap): Layer {
  const fit = at(value, 'fit');
  const drop = at(value, 'drop');
  const notify = at(value, 'notify');
  const params = at(value, 'params');
  const words = new Map([...value.entries].filter(([key]) => WORDS.some((word) => word === key)));
  return {
    words: { kind: 'map', entries: words, place: value.place },
    ...(params?.kind === 'map' ? { params } : {}),
    ...(fit === undefined ? {} : { fit: { value: 'nearest', place: fit.place } }),
    ...(drop === undefined ? {} : { drop: { words: plain(drop) as Word[], place: drop.place } }),
    ...(notify === undefined ? {} : { notify: { url: textOf(notify), place: notify.place } }),
  };
}

const textOf = (value: Located | undefined): string =>
  value?.kind === 'scalar' ? String(value.value) : '';
const at = (value: LocatedMap, key: string): Located | undefined => value.entries.get(key)?.value;
const map = (value: LocatedMap, key: string): LocatedMap => {
  const found = at(value, key);
  return found?.kind === 'map' ? found : { kind: 'map', entries: new Map(), place: value.place };
};
const list = (value: LocatedMap, key: string): readonly Located[] => {
  const found = at(value, key);
  return found?.kind === 'list' ? found.items : [];
};

function located(node: unknown, source: Source): Located {
  const [start, end] = (node as Node).range ?? [0, 0];
  const place: Place = { source, start, end };
  if (isMap(node)) {
    const entries = node.items.map((pair) => {
      const key = located(pair.key, source);
      return [textOf(key), { key: key.place, value: located(pair.value, source) }] as const;
    });
    return { kind: 'map', entries: new Map(entries), place };
  }
  if (isSeq(node))
    return { kind: 'list', items: node.items.map((item) => located(item, source)), place };
  return {
    kind: 'scalar',
    value: isScalar(node) ? (node.value as string | number | boolean | null) : null,
    place,
  };
}

/** What stands at a place: how the tests say that a diagnostic points at the right thing. */
export const textAt = (place: Place | undefined): string | undefined =>
  place?.source.text.slice(place.start, place.end);
