/** From a command line to resolved manifests and their locks: shared by many commands. */
import type { ResolvedManifests } from '../../workflow/load/load-manifests.ts';
import type { PlanRequest } from '../../workflow/plan/make-plan.ts';
import type { ReadLocks, ReadOptions } from '../../workflow/open/read-locks.ts';
import { filterOf, type SharedOptions } from './options.ts';
import { EXIT, type Io } from './io.ts';
import { readOrPrint } from './ledgers.ts';
import { findManifests, parseVars } from './load-projects.ts';
import { printDiagnostics } from './print.ts';

export interface ResolveFlags extends SharedOptions {
  /** Warnings refuse as errors do. */
  readonly strict?: boolean;
}

/** Loads and resolves every named manifest. */
export async function resolveProjects(
  io: Io,
  named: readonly string[],
  options: ResolveFlags,
): Promise<ResolvedManifests> {
  const manifests = await findManifests(io, named);
  const vars = parseVars(options.var ?? []);
  const { resolveManifests } = await import('../../workflow/load/load-manifests.ts');
  return resolveManifests(io, manifests, { vars, draft: options.draft, strict: options.strict });
}

/** All of them without errors, or the exit code after the problems were reported. */
export async function resolveWhole(
  io: Io,
  named: readonly string[],
  options: ResolveFlags,
): Promise<ResolvedManifests | { readonly exit: number }> {
  const projects = await resolveProjects(io, named, options);
  if (projects.ok) return projects;
  printDiagnostics(io, projects.diagnostics);
  return { exit: EXIT.invalid };
}

export interface WholeManifests extends ResolvedManifests, ReadLocks {}

/**
 * For commands that only read: the projects with their locks as they are now, empty if there is
 * none yet.
 */
export async function readWhole(
  io: Io,
  named: readonly string[],
  options: ResolveFlags & Pick<ReadOptions, 'record'>,
): Promise<WholeManifests | { readonly exit: number }> {
  const projects = await resolveWhole(io, named, options);
  if ('exit' in projects) return projects;
  const read = await readOrPrint(
    io,
    projects.resolved.map(({ project }) => project),
    options,
  );
  return 'exit' in read ? read : { ...projects, ...read };
}

export interface PlanFlags extends ResolveFlags {
  readonly retryFailed?: boolean;
  readonly resubmitMissing?: boolean;
  readonly restore?: boolean;
}

/** Flags of `plan` and `render` that concern the plan. */
export const planRequestOf = (options: PlanFlags): PlanRequest => ({
  filter: filterOf(options),
  draft: options.draft,
  retryFailed: options.retryFailed === true,
  resubmitMissing: options.resubmitMissing === true,
  restore: options.restore === true,
});
