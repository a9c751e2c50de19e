/** A project in a temporary folder, real files and all, and what the manifest room makes of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Diagnostic, spanOf } from '../../src/diagnostic.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { type Json, type Loaded, type Located, plain, type SceneSpec } from '../../src/scene.ts';

/** Path -> content. The folder is its own project root, and goes when the test ends. */
export function onDisk(files: Readonly<Record<string, string | Uint8Array>>): string {
  const { folder, remove } = onDiskUntilEnd(files);
  onTestFinished(remove);
  return folder;
}

/** The same for a whole file of tests. */
export function onDiskUntilEnd(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly folder: string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-manifest-'));
  mkdirSync(path.join(folder, '.git'));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The manifest `film.yaml` among some files. */
export async function load(
  files: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>,
  vars: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const all =
    typeof files === 'string' || files instanceof Uint8Array ? { 'film.yaml': files } : files;
  return loadManifest('film.yaml', { cwd: onDisk(all), vars: new Map(Object.entries(vars)) });
}

/** The least that a manifest has, before some scenes or other sections. */
export const HEAD =
  'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 }, sora: { use: apimart/sora-2 } }\n';

/** `film.yaml:3:5 wrong-type "5"`: where, what, and the text under the caret. */
export function brief(diagnostic: Diagnostic): string {
  const { place, code, severity } = diagnostic;
  const mark = severity === 'error' ? '' : `${severity} `;
  if (place === undefined) return `${mark}${code}`;
  const { file, line, column } = spanOf(place);
  return `${file}:${line}:${column} ${mark}${code} ${place.source.text.slice(place.start, place.end)}`;
}

export const briefs = ({ diagnostics }: Loaded): string[] => diagnostics.map(brief);

export function sceneOf({ project }: Loaded, id: string): SceneSpec {
  const scene = project?.scenes.find((candidate) => candidate.id === id);
  if (scene === undefined)
    throw new Error(
      `no scene ${id} among ${project?.scenes.map((other) => other.id).join(', ') ?? 'none'}`,
    );
  return scene;
}

export const wordsOf = (loaded: Loaded, id: string): Json => plain(sceneOf(loaded, id).layer.words);
export const idsOf = ({ project }: Loaded): readonly string[] =>
  project?.scenes.map(({ id }) => id) ?? [];
export const plainOf = (located: Located | undefined): Json | undefined =>
  located === undefined ? undefined : plain(located);
