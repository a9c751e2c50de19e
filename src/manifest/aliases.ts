/** The section `models`: the names that scenes use for models, each with its own settings. */
import { defined } from '../defined.ts';
import type { Place } from '../diagnostic.ts';
import { type Alias, foldCase, nameProblem, parseName, suggestName } from '../ids.ts';
import type { AliasSpec, Located, LocatedMap } from '../scene.ts';
import { checkLayer } from './check-layer.ts';
import { aliasSchema } from './language/schema/manifest.ts';
import { namesCard, readCard } from './own-card.ts';
import { layerOf, type LayerContext } from './scenes/layer.ts';
import { describe, getMap, getText, getTexts, isNull, quoted } from './values/located.ts';
import type { Problem, Problems, Reach } from './values/problems.ts';

/** `aliases`: every one with a valid name. `specs`: those of them that can be used. */
export function readAliases(
  filled: LocatedMap,
  root: LocatedMap,
  context: LayerContext,
  problems: Problems,
): { readonly aliases: readonly Alias[]; readonly specs: readonly AliasSpec[] } {
  const models = getMap(filled, 'models');
  if (models === undefined) return { aliases: [], specs: [] };
  if (models.entries.size === 0)
    problems.add({
      code: 'absent-key',
      message: 'models names no model',
      place: models.place,
      hint: 'Write models: { kling: { use: apimart/kling-v3 } }',
    });
  const aliases: Alias[] = [];
  const specs: AliasSpec[] = [];
  const written = getMap(root, 'models');
  const taken = new Map<string, string>();
  const names = { all: new Set([...models.entries.keys()].map(foldCase)), taken };
  for (const [name, { key, value }] of models.entries) {
    const alias = aliasOf(name, key, names, problems);
    if (alias === undefined) continue;
    taken.set(foldCase(name), name);
    aliases.push(alias);
    const one = { alias, key, value, written: written?.entries.get(name)?.value };
    const spec = readAlias(one, context, problems);
    if (spec !== undefined) specs.push(spec);
  }
  return { aliases, specs };
}

/** Without regard to case. */
interface Names {
  readonly all: ReadonlySet<string>;
  /** The aliases so far, as written. */
  readonly taken: ReadonlyMap<string, string>;
}

/** The name as an alias; `undefined` after saying why it cannot be one. */
function aliasOf(
  name: string,
  place: Place,
  { all, taken }: Names,
  problems: Problems,
): Alias | undefined {
  const alias = parseName<Alias>(name);
  if (alias === undefined) {
    const better = suggestName(name, all);
    const hint =
      better === undefined
        ? undefined
        : `Write ${better}: …, and ${better} wherever the alias is named.`;
    problems.add({
      code: 'bad-name',
      message: `the alias ${quoted(name)} ${nameProblem(name) ?? ''}`,
      place,
      ...defined({ hint }),
    });
    return undefined;
  }
  const twin = taken.get(foldCase(name));
  if (twin === undefined) return alias;
  const better = suggestName(name, all);
  problems.add({
    code: 'bad-name',
    message: `the aliases ${twin} and ${name} differ only in case: their clips would share a name on some machines`,
    place,
    hint: `Rename one of them${better === undefined ? '' : `, as in ${better}: …`}`,
  });
  return undefined;
}

interface WrittenAlias {
  readonly alias: Alias;
  readonly key: Place;
  readonly value: Located;
  /** As it stands in the manifest, before its templates are filled in. */
  readonly written: Located | undefined;
}

/** `undefined` after saying why the alias cannot be used. */
function readAlias(
  { alias, key, value, written }: WrittenAlias,
  context: LayerContext,
  problems: Problems,
): AliasSpec | undefined {
  const reach = (at: string | undefined): Reach => ({ kind: 'alias', alias, key: at });
  const report = (problem: Problem, at: string | undefined): void =>
    problems.add(problem, reach(at));
  if (value.kind !== 'map') {
    const model =
      value.kind === 'scalar' && typeof value.value === 'string' ? value.value : 'apimart/kling-v3';
    const problem: Problem = {
      code: 'wrong-type',
      message: `models.${alias} is ${describe(value)}; expected a map with use`,
      place: isNull(value) ? key : value.place,
      hint: `Write ${alias}: { use: ${model} }`,
    };
    report(problem, undefined);
    return undefined;
  }
  const bad = checkLayer(aliasSchema, value, written, `models.${alias}`, reach, problems);
  const use = getText(value, bad.writtenFor('use') ?? 'use');
  if (use === undefined || (bad.keys.has('use') && bad.writtenFor('use') === undefined))
    return undefined;
  const profile = bad.keys.has('profile') ? undefined : getText(value, 'profile');
  const send = bad.keys.has('send') ? [] : getTexts(value, 'send');
  const layer = layerOf(value, context, report, bad.keys);
  const card = namesCard(use.text)
    ? readCard(use, context.reader, context.folder, (problem) => report(problem, 'use'))
    : undefined;
  if (card === undefined && namesCard(use.text)) return undefined;
  return {
    alias,
    place: key,
    use: { model: use.text, place: use.place, ...defined({ card }) },
    ...(profile && { profile: { name: profile.text, place: profile.place } }),
    ...(send.length > 0 && { send }),
    layer,
  };
}
