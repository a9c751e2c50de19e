/** From manifests and locks to a plan: what `plan`, `render` and `explain` have in common. */
import type { Diagnostic } from '../../diagnostic.ts';
import { hasErrors, inSourceOrder } from '../../diagnostic.ts';
import { readClipStates } from '../../lock/clips-on-disk.ts';
import type { RenderId } from '../../ids.ts';
import { EMPTY_LOCK, type Lock, type Result } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { catalogue } from '../../models/catalogue.ts';
import { targetCollisions } from '../../plan/resolve/collisions.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { PlanOptions } from '../../plan/options.ts';
import type { ClipState, Plan, Resolved } from '../../plan/plan.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import { systemFiles } from '../../ports/files.ts';
import { asDraft } from '../draft.ts';
import { readBooks } from '../books.ts';
import { EXIT, type Io } from './io.ts';
import { loadProjects } from './load-projects.ts';
import { sayDiagnostics } from './print.ts';
import { filterOf, type SharedOptions } from '../flags/options.ts';

export interface ResolvedProjects {
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

/** Loads and resolves every named manifest. */
export async function resolveProjects(
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<ResolvedProjects> {
  const { manifests, projects, diagnostics: loading } = await loadProjects(io, named, options.var);
  const resolved = projects.map((project) =>
    resolveProject(options.draft === true ? asDraft(project) : project, catalogue),
  );
  const diagnostics = inSourceOrder(
    [
      ...loading,
      ...resolved.flatMap(({ diagnostics }) => diagnostics),
      ...targetCollisions(resolved),
    ],
    manifests,
  );
  return { manifests, resolved, loading, diagnostics, ok: !hasErrors(diagnostics) };
}

/** All of them whole; else what is wrong has been said, and only the exit code is left. */
export async function resolveWhole(
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<ResolvedProjects | { readonly exit: number }> {
  const projects = await resolveProjects(io, named, options);
  if (projects.ok) return projects;
  sayDiagnostics(io, projects.diagnostics);
  return { exit: EXIT.invalid };
}

/**
 * For commands that only read: the projects with their locks as they are now, empty where there is
 * none yet.
 */
export async function readWhole(
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<
  (ResolvedProjects & { readonly lockOf: (manifest: string) => Lock }) | { readonly exit: number }
> {
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects;
  const read = await readBooks(
    io,
    projects.resolved.map(({ project }) => project),
    options,
  );
  if (read.kind === 'exit') return { exit: read.exit };
  return { ...projects, lockOf: (manifest) => read.books.get(manifest)?.lock ?? EMPTY_LOCK };
}

export interface PlanFlags extends SharedOptions {
  readonly retryFailed?: boolean;
  readonly resubmitMissing?: boolean;
  readonly restore?: boolean;
}

/** What the flags of `plan` and `render` say about the plan, now. */
export const planOptionsOf = (
  io: Io,
  options: PlanFlags,
): PlanOptions & { readonly draft: boolean | undefined } => ({
  now: io.clock.now(),
  filter: filterOf(options),
  draft: options.draft,
  retryFailed: options.retryFailed === true,
  resubmitMissing: options.resubmitMissing === true,
  restore: options.restore === true,
});

/** The plan over resolved projects and the locks as they are now; looks at the disk for clips. */
export async function planOver(
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  options: PlanOptions & {
    readonly draft?: boolean | undefined;
    /** Do not look at the disk. */ readonly blind?: boolean;
  },
): Promise<Plan> {
  const parts = [];
  for (const one of resolved) {
    const paths = pathsOf(one.project.manifestPath, { draft: options.draft === true });
    const lock = lockOf(one.project.manifest);
    const clips =
      options.blind === true
        ? undefined
        : await readClipStates(lock, paths.lock, paths.filesCache, systemFiles);
    parts.push({
      resolved: one,
      lock,
      lockPath: paths.lock,
      clipState: (_: RenderId, result: Result): ClipState => clips?.of(result) ?? 'unknown',
    });
  }
  return makePlan(parts, options);
}

/**
 * A warning about a render that nothing is sent for is noise at the moment of sending; `validate`
 * has them all.
 */
export function worthSaying(plan: Plan, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const submits = new Set(
    plan.projects.flatMap(({ renders }) =>
      renders.flatMap(({ render, action }) => (action.kind === 'submit' ? [render.id] : [])),
    ),
  );
  return diagnostics.filter(
    ({ severity, renders }) =>
      severity === 'error' || renders.length === 0 || renders.some((id) => submits.has(id)),
  );
}
