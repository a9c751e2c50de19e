/** Manifests are read and resolved on their models: all errors of all of them at once. */
import { type Diagnostic, hasErrors, inSourceOrder } from '../../diagnostic.ts';
import { loadManifests as readManifests } from '../../manifest/read.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { Resolved } from '../../plan/plan.ts';
import { targetCollisions } from '../../plan/resolve/findings/collisions.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import type { Project } from '../../scene.ts';
import { asDraft } from './as-draft.ts';
import { strictErrors } from './strict.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';

export interface LoadOptions {
  /** Values of declared vars. */
  readonly vars?: ReadonlyMap<string, string>;
  /** The same projects in the places of a draft. Default false. */
  readonly draft?: boolean | undefined;
  /** Warnings refuse as errors do. Default false. */
  readonly strict?: boolean | undefined;
}

export interface LoadedManifests {
  /** Paths as people see them, in the order in which they were read. */
  readonly manifests: readonly string[];
  readonly projects: readonly Project[];
  /** In source order, of all manifests. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every named manifest, with all that each includes. */
export async function loadManifests(
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  manifests: readonly string[],
  { vars = new Map() }: Pick<LoadOptions, 'vars'> = {},
): Promise<LoadedManifests> {
  const loaded = await readManifests(manifests, {
    cwd: at.cwd,
    vars,
    env: at.env,
    files: filesOf(at).sync,
  });
  const found = oncePerLock(loaded.flatMap(({ diagnostics }) => diagnostics));
  const diagnostics = inSourceOrder(withoutVarsOfOthers(found, vars, manifests.length), manifests);
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

export interface ResolvedManifests {
  readonly manifests: readonly string[];
  readonly resolved: readonly Resolved[];
  /**
   * What reading the files found; a plan over what could be read has the rest of {@link
   * diagnostics}.
   */
  readonly loading: readonly Diagnostic[];
  /** In source order; warnings too. */
  readonly diagnostics: readonly Diagnostic[];
  readonly ok: boolean;
}

/** Reads and resolves every named manifest, and looks for clips that would share one file. */
export async function resolveManifests(
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'> & Partial<Pick<Surroundings, 'clock'>>,
  named: readonly string[],
  options: LoadOptions = {},
): Promise<ResolvedManifests> {
  const today = at.clock === undefined ? undefined : isoDay(at.clock.now());
  const { manifests, projects, diagnostics: loading } = await loadManifests(at, named, options);
  const resolved = projects.map((project) =>
    resolveProject(options.draft === true ? asDraft(project) : project, catalogue, today),
  );
  const found = inSourceOrder(
    [
      ...loading,
      ...resolved.flatMap(({ diagnostics }) => diagnostics),
      ...targetCollisions(resolved),
    ],
    manifests,
  );
  const strict = options.strict === true ? strictErrors(found) : [];
  const diagnostics = [...found, ...strict];
  return {
    manifests,
    resolved,
    loading: [...loading, ...strict],
    diagnostics,
    ok: !hasErrors(diagnostics),
  };
}

/** The same manifest in the places of a draft. */
export const resolveAsDraft = ({ project }: Resolved): Resolved =>
  resolveProject(asDraft(project), catalogue);

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
