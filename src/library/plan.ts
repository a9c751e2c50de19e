/** Manifests to plans. A plan is plain data; what a run needs besides is in `made-plan.ts`. */
import { isDeepStrictEqual } from 'node:util';
import { type Diagnostic, hasErrors } from '../diagnostic.ts';
import { catalogue } from '../models/catalogue.ts';
import type { Filter } from '../plan/options.ts';
import { toUsd } from '../money.ts';
import { planDigests } from '../plan/compare/with-saved-plan.ts';
import type { Resolved, ResolvedRender } from '../plan/plan.ts';
import { targetCollisions } from '../plan/resolve/findings/collisions.ts';
import type { DiagnosticDocument } from '../report/diagnostics/diagnostics-json.ts';
import { type PlanDocument, planDocument } from '../report/plan/plan-json.ts';
import type { JsonObject } from '../scene.ts';
import { resolveAsDraft, resolveManifests } from '../workflow/load/load-manifests.ts';
import { planWithChecks } from '../workflow/plan/make-plan.ts';
import { readLocks } from '../workflow/open/read-locks.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';
import { checkOptions, type Names } from './check-options.ts';
import { RefusedError } from './errors.ts';
import { keepMade } from './made-plan.ts';
import type { EnvironmentOptions } from './options.ts';
import { documentsOf, invalid, refusal } from './refusals.ts';
import { namesOf, surroundingsOf } from './surroundings-of.ts';

/** One render of a manifest, with the exact request that would be sent. */
export interface Render {
  /** `scene/alias`, or `scene/alias/2` for take 2 and up. */
  readonly id: string;
  readonly scene: string;
  readonly alias: string;
  readonly take: number;
  /** `gateway/model`. */
  readonly model: string;
  /** Length of the clip. */
  readonly seconds: number;
  /** US dollars for one submit; `null` if the price is unknown, which is never zero. */
  readonly usd: number | null;
  /** Where the clip goes: absolute. */
  readonly target: string;
  readonly tags: readonly string[];
  /** Changes and omissions on the way to the request, one sentence each. */
  readonly notes: readonly string[];
  /** `sha256:<hex>` of everything that makes the clip what it is. */
  readonly fingerprint: string;
  /** The native body. */
  readonly request: JsonObject;
}

/** A manifest, read and resolved on its models. */
export interface LoadedManifest {
  /** Relative to the working folder. */
  readonly manifest: string;
  /** In manifest order. Empty if the manifest is too broken to say what it asks for. */
  readonly renders: readonly Render[];
  /** Everything that is wrong or worth a word, in source order. */
  readonly diagnostics: readonly DiagnosticDocument[];
}

export interface LoadOptions extends EnvironmentOptions {
  /** Values of declared vars, as `--var` would give them. */
  readonly vars?: Readonly<Record<string, string>>;
}

const LOAD_OPTIONS: Names<LoadOptions> = { vars: true };

interface Loaded {
  readonly at: Surroundings;
  readonly resolved: Resolved | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const loaded = new WeakMap<LoadedManifest, Loaded>();

/**
 * Reads one manifest with all that it includes. Needs no key and no network. Errors come back as
 * `diagnostics`; it rejects only on a bug.
 */
export async function loadManifest(
  file: string,
  options: LoadOptions = {},
): Promise<LoadedManifest> {
  checkOptions(options, LOAD_OPTIONS);
  const { vars = {} } = options;
  const at = surroundingsOf(options);
  const [manifest = file] = namesOf(at, [file]);
  const {
    resolved: [resolved],
    diagnostics,
  } = await resolveManifests(at, [manifest], { vars: new Map(Object.entries(vars)) });
  const value: LoadedManifest = {
    manifest,
    renders: resolved?.renders.map(renderOf) ?? [],
    diagnostics: documentsOf(diagnostics),
  };
  loaded.set(value, { at, resolved, diagnostics });
  return value;
}

const renderOf = (render: ResolvedRender): Render => ({
  id: render.id,
  scene: render.scene,
  alias: render.alias,
  take: render.take,
  model: render.model.name,
  seconds: render.asked.seconds,
  usd: render.price.kind === 'unknown' ? null : toUsd(render.price.usd),
  target: render.target,
  tags: render.tags,
  notes: render.notes,
  fingerprint: render.fingerprint,
  request: render.request,
});

/**
 * The list of renders with what would be done to each, why, and for how many US dollars: the
 * document that `rushes plan --json` prints. Saved as JSON, it is what `rushes render --plan`
 * takes.
 */
export type Plan = PlanDocument;

export interface MakePlanOptions {
  /** Which renders are in scope. Default: all. */
  readonly filter?: Filter;
  /** Submit again what failed and has not changed since: a new paid attempt. Default false. */
  readonly retryFailed?: boolean;
  /**
   * Pay again for clips that never landed or are damaged, and whose links have expired; for one
   * that landed once only if `filter.only` names its render in full. Default false.
   */
  readonly resubmitMissing?: boolean;
  /** Fetch clips that landed on another machine, while their links live. Default false. */
  readonly restore?: boolean;
  /** Plan over the locks and clips of a draft, which spends nothing. Default false. */
  readonly draft?: boolean;
}

const MAKE_PLAN_OPTIONS: Names<MakePlanOptions> = {
  filter: true,
  retryFailed: true,
  resubmitMissing: true,
  restore: true,
  draft: true,
};

/**
 * What a run would do with these manifests, why, and for how much. Reads their locks, the locks
 * beside them, and looks for their clips; writes nothing. Rejects with `InvalidInputError` if a
 * manifest has errors or a lock cannot be read, and with `RefusedError` (`exit` 64) if the
 * manifests were loaded with different `cwd` or `env`. What only stands in the way of a run, such
 * as a budget, does not reject: `plan.diagnostics` has the errors, and `runPlan` refuses.
 */
export async function makePlan(
  manifests: readonly LoadedManifest[],
  asked: MakePlanOptions = {},
): Promise<Plan> {
  checkOptions(asked, MAKE_PLAN_OPTIONS);
  const { draft = false, ...options } = asked;
  const once = [...new Set(manifests)];
  const parts = once.map((manifest) => {
    const part = loaded.get(manifest);
    if (part === undefined)
      throw new TypeError(`${manifest.manifest} was not read by loadManifest`);
    return part;
  });
  const [first] = parts;
  if (first === undefined) throw new TypeError('makePlan takes at least one manifest');
  checkTogether(once, parts);
  const whole = parts.flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
  const resolved = draft ? whole.map(resolveAsDraft) : whole;
  const diagnostics = [...parts.flatMap((part) => part.diagnostics), ...targetCollisions(resolved)];
  if (hasErrors(diagnostics)) throw invalid(diagnostics);
  const { at } = first;
  const read = await readLocks(
    at,
    resolved.map(({ project }) => project),
    { draft, record: true },
  );
  if (read.kind === 'refused') throw refusal(read);
  const plan = await planWithChecks(at, resolved, read.lockOf, { ...options, draft }, read);
  const value = planDocument(plan, planDigests(plan, catalogue));
  keepMade(value, { at, plan, draft });
  return value;
}

/** A plan has one working folder and one environment, and each manifest once. */
function checkTogether(manifests: readonly LoadedManifest[], parts: readonly Loaded[]): void {
  const names = new Set<string>();
  for (const [index, { manifest }] of manifests.entries()) {
    const { at } = parts[index] ?? {};
    const problem =
      at?.cwd !== parts[0]?.at.cwd
        ? 'was loaded with another cwd than the manifest before it'
        : !isDeepStrictEqual(at?.env, parts[0]?.at.env)
          ? 'was loaded with another env than the manifest before it'
          : names.has(manifest)
            ? 'was loaded twice'
            : undefined;
    if (problem !== undefined)
      throw new RefusedError(
        `${manifest} ${problem}: a plan has one cwd and one env, and each manifest once`,
        64,
      );
    names.add(manifest);
  }
}
