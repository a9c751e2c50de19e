/**
 * The renders of a plan brought together where they say the same, so that 2,000 of them can be
 * read.
 */
import { renderWords } from '../../command-words.ts';
import { type Place, spanOf } from '../../diagnostic.ts';
import type { RenderId } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import type {
  Action,
  AdoptedRender,
  FieldChange,
  Money,
  Plan,
  PlannedRender,
  ProjectPlan,
} from '../../plan/plan.ts';
import { moneyOf as moneyOfPrices, pricesOfSubmits } from '../../plan/estimate/cost.ts';
import type { Json } from '../../scene.ts';
import { withoutSameEnds, wordDiff } from '../text/word-diff.ts';

export type SubmitReason = Extract<Action, { kind: 'submit' }>['reason'];
export type KeepReason = Extract<Action, { kind: 'keep' }>['reason'];

/** In the order in which they are shown: edited renders first. */
export const SUBMIT_ORDER: readonly SubmitReason[] = [
  'changed',
  'new',
  'redo',
  'failed-before',
  'missing',
];
export const KEEP_ORDER: readonly KeepReason[] = [
  'current',
  'stored',
  'elsewhere',
  'restored',
  'accepted',
];

/** By key, in the order of first appearance. */
export function groupBy<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The renders of one action and, if named, one reason, in manifest order. */
export const rendersOf = (
  project: ProjectPlan,
  kind: Action['kind'],
  reason?: string,
): PlannedRender[] =>
  project.renders.filter(
    ({ action }) => action.kind === kind && (reason === undefined || action.reason === reason),
  );

/** The cost of the submits of these renders; renders that are not submitted cost nothing. */
export const moneyOf = (renders: readonly PlannedRender[]): Money =>
  moneyOfPrices(pricesOfSubmits(renders));

export const secondsOf = (renders: readonly PlannedRender[]): number =>
  renders.reduce((sum, { render }) => sum + render.asked.seconds, 0);

/** Renders whose requests changed in the same way: one edit of a default, a var or a scene. */
export interface ChangeCluster<Item> {
  readonly items: readonly Item[];
  /** Of the first of them; the others differ at most in the text around the changed words. */
  readonly changes: readonly FieldChange[];
  /** For each change, how many other lines force it for other renders of the cluster. */
  readonly otherPlaces: readonly number[];
}

/** Largest cluster first. */
export function changeClusters<Item>(
  items: readonly Item[],
  changesOf: (item: Item) => readonly FieldChange[],
): ChangeCluster<Item>[] {
  const known = new Map<string, string>();
  const groups = groupBy(items, (item) =>
    changesOf(item)
      .map((change) => signature(change, known))
      .join('\n'),
  );
  const lines = new Map<Place | undefined, string>();
  const lineOf = (place: Place | undefined): string => {
    let line = lines.get(place);
    if (line === undefined) lines.set(place, (line = placeKey(place)));
    return line;
  };
  return [...groups.values()]
    .map((group) => {
      const changes = group[0] === undefined ? [] : changesOf(group[0]);
      return {
        items: group,
        changes,
        otherPlaces: changes.map(
          (_, index) =>
            new Set(group.map((each) => lineOf(changesOf(each)[index]?.place))).size - 1,
        ),
      };
    })
    .sort((a, b) => b.items.length - a.items.length);
}

/** Why a planned render is rendered again; empty if nothing changed. */
export const plannedChanges = ({ action }: PlannedRender): readonly FieldChange[] =>
  action.reason === 'changed' ? action.changes : [];

const placeKey = (place: Place | undefined): string => {
  if (place === undefined) return '';
  const { file, line } = spanOf(place);
  return `${file}:${line}`;
};

/** Old and new text where a change is worth a word by word comparison. */
export function proseOf({
  old,
  new: fresh,
}: {
  readonly old: Json | undefined;
  readonly new: Json | undefined;
}): readonly [string, string] | undefined {
  if (typeof old !== 'string' || typeof fresh !== 'string') return undefined;
  return Math.max(old.length, fresh.length) > 24 && (isProse(old) || isProse(fresh))
    ? [old, fresh]
    : undefined;
}

const isProse = (text: string): boolean => /\s|[\u2E80-\uFFFF]/.test(text);

/** Equal for changes that say the same: for prose, the words that left and came. */
function signature(change: FieldChange, known: Map<string, string>): string {
  const { path, old, new: fresh } = change;
  const prose = proseOf(change);
  if (prose === undefined) return JSON.stringify([path, old ?? null, fresh ?? null]);
  const [before, after] = withoutSameEnds(...prose);
  const key = `${path}\0${before}\0${after}`;
  let words = known.get(key);
  if (words === undefined) {
    const parts = wordDiff(before, after).filter(({ kind }) => kind !== 'same');
    words = JSON.stringify([path, parts]);
    known.set(key, words);
  }
  return words;
}

/**
 * An extra note on a submit whose fields only came or went with the model's default:
 * `undefined` if the request changed in another way, or no clip could be kept for it.
 */
function defaultNote({ render, action, entry }: PlannedRender): string | undefined {
  if (action.reason !== 'changed' || action.changes.length === 0) return undefined;
  if (action.changes.some(({ isDefault }) => isDefault !== true)) return undefined;
  if (entry === undefined || !answersOf(entry).decisions.includes('accept')) return undefined;
  const values = action.changes.map(
    ({ path, old, new: fresh }) => `${path} ${JSON.stringify(fresh ?? old)}`,
  );
  return `${values.join(', ')} is the default of ${render.model.name}, so its clip asks for the same already; rushes accept <id> keeps it and costs nothing`;
}

/** The notes of a planned render: changes on the way to its request, and other information. */
export const notesOfRender = (manifest: string, planned: PlannedRender): readonly string[] =>
  notesOf([{ manifest, renders: [planned] }]).map(({ note }) => note);

/** Renders of one manifest, which is as shown to people. */
interface NotedRenders {
  readonly manifest: string;
  readonly renders: readonly PlannedRender[];
}

/** Notes of renders, each once, with how many renders carry it; most frequent first. */
export function notesOf(
  parts: readonly NotedRenders[],
): { readonly note: string; readonly renders: readonly PlannedRender[] }[] {
  const groups = groupBy(
    parts.flatMap(({ manifest, renders }) =>
      renders.flatMap((planned) => {
        const byDefault = defaultNote(planned);
        const notes = [...(byDefault === undefined ? [] : [byDefault]), ...planned.render.notes];
        return notes.map((note) => ({ note, manifest, planned }));
      }),
    ),
    ({ note }) => note,
  );
  return [...groups]
    .map(([note, items]) => {
      const [first] = items;
      return {
        // One that stands alone can be copied.
        note:
          first !== undefined && items.length === 1
            ? note.replace(
                'rushes accept <id>',
                () =>
                  `rushes accept ${renderWords({ manifest: first.manifest, id: first.planned.render.id })}`,
              )
            : note,
        renders: items.map(({ planned }) => planned),
      };
    })
    .sort((a, b) => b.renders.length - a.renders.length);
}

/**
 * Where a render was paid for: `paid for on branch rain, as crab/kling of
 * manifests/film.lock.json`.
 */
export const paidWhere = ({ from: { branch, lock, id } }: AdoptedRender): string =>
  `paid for${branch === undefined ? '' : ` on branch ${branch}`}, as ${id} of ${lock}`;

/** Results that renders of one manifest adopt. */
export const adoptedBy = (
  { adoptions }: Plan,
  manifest: string,
): ReadonlyMap<RenderId, AdoptedRender> =>
  new Map(
    adoptions?.adopted.flatMap((one) =>
      one.manifest === manifest ? [[one.id, one] as const] : [],
    ),
  );
