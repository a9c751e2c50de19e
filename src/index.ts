/**
 * `rushes` as a library: the same manifest → plan → run → lock that the command line is made of.
 * Whatever the command line refuses, the library refuses.
 *
 * ```ts
 * import { loadManifest, makePlan, runPlan } from 'rushes';
 *
 * const plan = await makePlan([await loadManifest('manifests/film.yaml')]);
 * console.log(plan.totals.cost.exactUsd);
 * const { exit, totals } = await runPlan(plan, { budgetUsd: 25, onEvent: console.log });
 * ```
 *
 * Nothing here prints, exits or reads argv. What is wrong with a manifest comes back as
 * diagnostics; a request that is refused rejects with {@link RefusedError}, before anything is
 * sent. Money is in US dollars, and its names end in `Usd` or are `usd`. `docs/library.md` has an
 * example of every function.
 */
export { InvalidInputError, RefusedError } from './library/errors.ts';
export {
  type LoadedManifest,
  loadManifest,
  type LoadOptions,
  makePlan,
  type MakePlanOptions,
  type Plan,
  type Render,
} from './library/plan.ts';
export {
  collect,
  type CollectOptions,
  type FollowOptions,
  type RunEvent,
  runPlan,
  type RunPlanOptions,
  type RunResult,
} from './library/run.ts';
export {
  type Gallery,
  gallery,
  type GalleryOptions,
  type Status,
  status,
  type StatusOptions,
  type VerifiedClip,
  verify,
  type VerifyOptions,
  type VerifyResult,
} from './library/locks.ts';
export { decide, type Decided, type DecideOptions, type Decision } from './library/decide.ts';
export type { EnvironmentOptions, SelectionOptions } from './library/options.ts';
export type { Filter } from './plan/options.ts';
export type { DiagnosticDocument as Diagnostic } from './report/diagnostics/diagnostics-json.ts';
export type { Json, JsonObject } from './scene.ts';
export type { Unwritten } from './workflow/open/unwritten.ts';
