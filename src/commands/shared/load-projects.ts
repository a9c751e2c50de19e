/**
 * From the words of a command line to loaded projects: which manifests, which vars, which errors.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import { hasErrors, inSourceOrder } from '../../diagnostic.ts';
import type { Project } from '../../scene.ts';
import { type Io, UsageError } from './io.ts';

export interface LoadedProjects {
  /** Paths as people see them, in the order in which they are read. */
  readonly manifests: readonly string[];
  readonly projects: readonly Project[];
  /** In source order, of all manifests. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every manifest that the command line names, all errors of all of them at once. */
export async function loadProjects(
  io: Io,
  named: readonly string[],
  vars?: readonly string[],
): Promise<LoadedProjects> {
  const manifests = await findManifests(io, named);
  const given = parseVars(vars ?? []);
  // Commands that go by locks alone come here for the names only.
  const { loadManifest } = await import('../../manifest/read.ts');
  const loaded = [];
  for (const manifest of manifests)
    loaded.push(await loadManifest(manifest, { cwd: io.cwd, vars: given }));
  const found = oncePerLock(loaded.flatMap(({ diagnostics }) => diagnostics));
  const diagnostics = inSourceOrder(withoutVarsOfOthers(found, given, manifests.length), manifests);
  const projects = loaded.flatMap(({ project }) => (project === undefined ? [] : [project]));
  if (!hasErrors(diagnostics) && projects.length < manifests.length)
    throw new Error('a manifest gave neither a project nor an error');
  return { manifests, projects, diagnostics };
}

/** A var is unknown when no manifest of the run declares it: one that declares it is enough. */
function withoutVarsOfOthers(
  diagnostics: readonly Diagnostic[],
  given: ReadonlyMap<string, string>,
  manifests: number,
): readonly Diagnostic[] {
  if (manifests < 2) return diagnostics;
  const unknown = diagnostics.filter(({ code }) => code === 'var-unknown');
  const isAbout = ({ message }: Diagnostic, name: string): boolean =>
    message.startsWith(`--var ${name}:`);
  const known = [...given.keys()].filter(
    (name) => unknown.filter((diagnostic) => isAbout(diagnostic, name)).length < manifests,
  );
  return diagnostics.filter(
    (diagnostic) =>
      diagnostic.code !== 'var-unknown' || !known.some((name) => isAbout(diagnostic, name)),
  );
}

/** Two manifests of one lock are one mistake, which each of them tells. */
function oncePerLock(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Set<string>();
  return diagnostics.filter(
    ({ code, message }) => code !== 'shared-lock' || (!told.has(message) && told.add(message)),
  );
}

/** The named files; a named folder means the manifests in it; nothing named means `manifests/`. */
export async function findManifests(io: Io, named: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of named.length === 0 ? ['manifests'] : named) {
    const absolute = path.resolve(io.cwd, name);
    const facts = await stat(absolute).catch(() => undefined);
    if (facts?.isDirectory() === true) {
      const { glob } = await import('tinyglobby');
      const inside = await glob(['*.yaml', '*.yml'], {
        cwd: absolute,
        onlyFiles: true,
        expandDirectories: false,
      });
      if (inside.length === 0)
        throw new UsageError(
          `no manifest (*.yaml) in ${shown(io, absolute)}`,
          'Name one, or run `rushes init` for a starter.',
        );
      found.push(...inside.sort().map((file) => path.join(absolute, file)));
    } else if (facts === undefined && named.length === 0) {
      throw new UsageError(
        'no folder "manifests" here, and no manifest was named',
        'Name one, as in `rushes plan film.yaml`, or run `rushes init` for a starter.',
      );
    } else {
      // A file that is not there is reported by the manifest room, beside the errors of the others.
      found.push(absolute);
    }
  }
  return [...new Set(found)].map((file) => shown(io, file));
}

/**
 * Relative to the working folder, `/` as separator; absolute where it lies outside of it on another
 * drive.
 */
export function shown(io: Io, absolute: string): string {
  const relative = path.relative(io.cwd, absolute);
  return (relative === '' ? '.' : relative).split(path.sep).join('/');
}

function parseVars(given: readonly string[]): ReadonlyMap<string, string> {
  const vars = new Map<string, string>();
  for (const text of given) {
    const equals = text.indexOf('=');
    if (equals <= 0)
      throw new UsageError(`--var ${JSON.stringify(text)} is not of the form name=value`);
    vars.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return vars;
}

/** `40m`, `90s`, `1h30m`, `1.5h`: milliseconds. */
export function parseDuration(option: string, text: string): number {
  const match = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(
    text.trim(),
  );
  const milliseconds =
    match === null
      ? 0
      : (Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * 1000;
  if (!(milliseconds > 0))
    throw new UsageError(
      `${option} ${JSON.stringify(text)} is not a valid duration`,
      'Write it like 40m, 90s or 1h30m.',
    );
  return milliseconds;
}
