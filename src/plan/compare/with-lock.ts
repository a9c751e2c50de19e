/**
 * `--frozen`: whether the lock holds a result for everything that the manifests ask for.
 * Fingerprints only: no disk, no key, no network. Nothing is ever submitted.
 */
import { commandWord, manifestWords } from '../../command-words.ts';
import type { Diagnostic, Place } from '../../diagnostic.ts';
import { addMoney, formatUsd } from '../../money.ts';
import { moneyOf } from '../estimate/cost.ts';
import { troubleWords } from '../graph/trouble-words.ts';
import { isPaidFor, type Plan, type PlannedRender, type ProjectPlan } from '../plan.ts';

export interface Frozen {
  /** 3 if anything is out of date. */
  readonly exit: 0 | 3;
  /**
   * One for each manifest that its lock does not satisfy, and one error for what each line of it
   * put out of date.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `plan`: made with a `clipState` that answers `unknown`, and without the options that make things
 * anew.
 */
export function frozen(plan: Plan): Frozen {
  const diagnostics = plan.projects.flatMap((part) => {
    const groups = new Map<string, Stale>();
    for (const planned of part.renders) {
      const why = staleBecause(planned, part);
      if (why === undefined) continue;
      const place = placeOf(planned);
      const key = `${place.source.path}\n${place.start}\n${why}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { why, place, renders: [planned] });
      else group.renders.push(planned);
    }
    const stale = [...groups.values()];
    return [
      ...stale.map((group) => outOfDate(part, group)),
      ...summary(
        part,
        stale.flatMap(({ renders }) => renders),
      ),
    ];
  });
  return { exit: diagnostics.length === 0 ? 0 : 3, diagnostics };
}

/** Renders that one line of the manifest put out of date, for one reason. */
interface Stale {
  readonly why: string;
  readonly place: Place;
  readonly renders: PlannedRender[];
}

function placeOf({ render, action }: PlannedRender): Place {
  const [change] = action.reason === 'changed' ? action.changes : [];
  return change?.place ?? render.place;
}

/** Why the lock does not have what is asked for; `undefined` if it has, in whatever state. */
function staleBecause(
  { render, action }: PlannedRender,
  { project }: ProjectPlan,
): string | undefined {
  switch (action.kind) {
    case 'wait':
      return `a clip whose frame it needs is out of date (${action.upstream.join(', ')})`;
    case 'submit':
      if (action.reason === 'changed') {
        const paths = action.changes.map(({ path }) => path);
        return paths.length === 0
          ? 'the request has changed'
          : `${list(paths)} ${paths.length === 1 ? 'has' : 'have'} changed`;
      }
      return action.reason === 'redo' ? 'to be made again (redo)' : 'never rendered';
    case 'moved':
      if (action.fromManifest !== undefined)
        return `the lock of ${action.fromManifest} has it as ${action.from}, and the lock of ${project.manifest} does not know it yet`;
      return action.from === render.id
        ? undefined
        : `was ${action.from}, and the lock does not know its new name`;
    case 'keep':
      return action.reason === 'restored'
        ? 'an earlier result is needed again and is not current in the lock'
        : undefined;
    case 'hold':
      // Only what would be sent otherwise is held for another render: the lock does not have it.
      return action.reason === 'upstream' ? `it ${troubleWords(render, action)}` : undefined;
    case 'attach':
    case 'fetch':
      return undefined;
  }
}

const SHOWN = 4;
const list = (paths: readonly string[]): string =>
  paths.length <= SHOWN
    ? paths.join(', ')
    : `${paths.slice(0, SHOWN).join(', ')} and ${paths.length - SHOWN} more`;

function outOfDate({ project }: ProjectPlan, { why, place, renders }: Stale): Diagnostic {
  const ids = renders.map(({ render }) => render.id);
  const one = renders.length === 1;
  const isHeld = renders.every(isHeldForAnother);
  return {
    code: 'out-of-date',
    severity: 'error',
    message: `${ids.join(', ')} ${one ? 'is' : 'are'} out of date: ${why}; ${one ? 'it' : 'they'} would cost ${costText(renders)}`,
    place,
    hint:
      one && !renders.some(comesAcross)
        ? `rushes ${isHeld ? 'plan' : 'render'} ${commandWord(project.manifest)} --only ${commandWord(ids.join())}`
        : isHeld
          ? `rushes plan ${commandWord(project.manifest)}`
          : command(project.manifest, renders),
    renders: ids,
  };
}

/** A run sends nothing for it: the plan names what comes first. */
const isHeldForAnother = ({ action }: PlannedRender): boolean => action.reason === 'upstream';

const comesAcross = ({ action }: PlannedRender): boolean =>
  action.kind === 'moved' && action.fromManifest !== undefined;

/**
 * Both manifests are named where something moves between them: with one alone it would be paid for.
 */
function command(manifest: string, renders: readonly PlannedRender[]): string {
  const others = renders.flatMap(({ action }) =>
    action.kind === 'moved' ? (action.fromManifest ?? []) : [],
  );
  return `rushes render ${manifestWords([...others, manifest])}`;
}

function costText(renders: readonly PlannedRender[]): string {
  const { exact, estimated, unknown } = moneyOf(
    renders.flatMap((one) =>
      isPaidFor(one.action) || isHeldForAnother(one) ? [one.render.price] : [],
    ),
  );
  const known = addMoney(exact, estimated);
  const about = estimated > 0 ? 'about ' : '';
  if (unknown > 0)
    return known > 0 ? `${about}${formatUsd(known)} and an unknown amount` : 'an unknown amount';
  return known > 0 ? `${about}${formatUsd(known)}` : 'nothing';
}

function summary({ project }: ProjectPlan, stale: readonly PlannedRender[]): Diagnostic[] {
  if (stale.length === 0) return [];
  return [
    {
      code: 'out-of-date',
      severity: 'error',
      message: `the lock of ${project.manifest} is out of date for ${stale.length} ${stale.length === 1 ? 'render' : 'renders'}: ${costText(stale)}`,
      hint: stale.every(isHeldForAnother)
        ? `They are held for other renders; rushes plan ${commandWord(project.manifest)} says what comes first.`
        : `Render without --frozen, and commit the lock: ${command(project.manifest, stale)}`,
      renders: stale.map(({ render }) => render.id),
    },
  ];
}
