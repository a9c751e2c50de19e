/**
 * A manifest as a project: every section read, every scene made, every problem with the renders
 * that it breaks.
 */
import { defined } from '../defined.ts';
import { type Diagnostic, inSourceOrder } from '../diagnostic.ts';
import { type Alias, foldCase, nameProblem, parseName, suggestName } from '../ids.ts';
import {
  type AliasSpec,
  type Layer,
  type Loaded,
  type LocatedMap,
  plain,
  type Project,
  type SceneSpec,
} from '../scene.ts';
import { diagnosticsOf } from './affected.ts';
import { namesCard, readCard } from './own-card.ts';
import { BrokenKeys } from './values/broken-keys.ts';
import { Expander } from './scenes/expand.ts';
import { distinct, inherit, reportBadIds } from './scenes/inherit.ts';
import { check } from './language/check.ts';
import { knownKeys } from './language/schema-keys.ts';
import { castSchema } from './language/schema/elements.ts';
import { aliasSchema, projectSchema } from './language/schema/manifest.ts';
import { settingsSchema } from './language/schema/settings.ts';
import { withCastPictures } from './scenes/pictures.ts';
import { emptyLayer, layerOf, type LayerContext, lostLayer } from './scenes/layer.ts';
import {
  describe,
  emptyMap,
  get,
  getMap,
  getText,
  getTexts,
  isLost,
  isNull,
  type Lost,
  lost,
  mapOf,
  quoted,
  without,
} from './values/located.ts';
import type { Picture } from '../pictures/picture.ts';
import { parseYaml } from './yaml/parse.ts';
import { type Problem, Problems, type Reach, type Report } from './values/problems.ts';
import type { Reader, ReadFile } from './values/reader.ts';
import { isExtension, sceneEntries, withoutScenes } from './scenes/scene-entries.ts';
import { readBudget, readLimits, readMoved, readPrices, readRetries } from './sections.ts';
import { Filler, type Scope } from './scenes/template.ts';
import type { FindSecrets } from '../secrets/find-secrets.ts';
import { hasMergeMarkers, listedPathProblem } from './values/text.ts';
import { FORMAT_VERSION, upgrade } from './language/upgrade.ts';
import { nearKey } from './language/unknown-key.ts';
import { readVars } from './scenes/vars.ts';

/** What only the disk knows of a project. */
export interface Surroundings {
  readonly reader: Reader;
  /** Absolute. */
  readonly manifestPath: string;
  readonly root: string;
  /** Name of the manifest's file without folder and extension: the default name of the project. */
  readonly stem: string;
  /** Absolute path of an output folder, or why it cannot be one. */
  outputPath(
    output: string,
  ): { readonly path: string } | { readonly problem: string; readonly hint: string };
  readonly secretsIn: FindSecrets;
  /** Digest of every file read so far. */
  digests(): ReadonlyMap<string, string>;
  /** Every picture read so far, by its placeholder. */
  pictures(): ReadonlyMap<string, Picture>;
}

/** Renders of one project: more than anyone would pay for on purpose. */
const MAX_RENDERS = 200_000;

/**
 * The map at the top of a manifest, in the newest format; `undefined` after saying why there is
 * none.
 */
export function manifestRoot(file: ReadFile, problems: Problems): LocatedMap | undefined {
  const report = problems.add.bind(problems);
  if (hasMergeMarkers(file.source, report)) return undefined;
  const located = parseYaml(file.source, report);
  if (located === undefined) return undefined;
  if (located.kind === 'map') return upgrade(located, report);
  report({
    code: 'wrong-type',
    message: `the manifest is ${describe(located)}; expected a map`,
    place: located.place,
    hint: 'Start with: rushes: 1',
  });
  return undefined;
}

export function loadProject(
  file: ReadFile,
  given: ReadonlyMap<string, string>,
  around: Surroundings,
): Loaded {
  const problems = new Problems();
  const root = manifestRoot(file, problems);
  if (root === undefined)
    return {
      diagnostics: inSourceOrder(
        diagnosticsOf(problems.all(), { drafts: [], scenes: [], aliases: [], specs: [] }),
      ),
    };
  const report = problems.add.bind(problems);
  const filler = new Filler();
  const meant = meantKeys(root);
  const scope: Scope = new Map([['vars', readScope(root, meant, given, filler, report)]]);
  const filled = filler.map(
    without(
      root,
      (key) => key === 'vars' || key === 'scenes' || key === 'include' || isExtension(key),
    ),
    scope,
    report,
  );
  checkRoot(root, filled, problems);

  const context: LayerContext = { reader: around.reader, filler, scope, folder: file.folder };
  const { aliases, specs } = readAliases(filled, root, context, problems);
  // An alias with a bad name still counts as an alias: using it is not a second mistake.
  const names: ReadonlySet<string> = new Set(getMap(filled, 'models')?.entries.keys());
  const defaults = meant.has('defaults')
    ? lostLayer(root.place)
    : readDefaults(filled, root, context, problems);

  const cast = readCast(filled, root, context, problems);

  const expander = new Expander({ reader: around.reader, filler, problems, aliases: names }, scope);
  const listed = sceneEntries(file, root, { reader: around.reader, filler, problems, scope });
  const drafts = listed.entries.flatMap((entry) => expander.expand(entry));
  reportBadIds(drafts, problems);
  const sound = new Set<string>(specs.map(({ alias }) => alias));
  const scenes = inherit(
    distinct(drafts, problems),
    listed.isComplete && !meant.has('include') && !meant.has('scenes'),
    problems,
  ).map((scene) => onSound(scene, sound));
  checkSize(scenes, specs.length, root, problems);
  if (drafts.length === 0 && problems.errors === 0) {
    report({
      code: 'no-effect',
      severity: 'warning',
      message: 'the manifest has no scenes',
      place: root.entries.get('scenes')?.key ?? root.entries.get('rushes')?.key ?? root.place,
    });
  }

  const name = readName(filled, around.stem, file, problems);
  const output = readOutput(filled, around, problems);
  const limits = readLimits(filled, names, report);
  const budget = readBudget(filled, names, report);
  const prices = readPrices(filled, names, report);
  const retries = readRetries(filled);
  const moved = readMoved(filled, report);
  const diagnostics: Diagnostic[] = inSourceOrder(
    diagnosticsOf(problems.all(), { drafts, scenes, aliases, specs }),
    [file.source.path],
  );
  const project: Project = {
    manifest: file.source.path,
    manifestPath: around.manifestPath,
    root: around.root,
    name,
    outputPath: output,
    aliases: specs,
    defaults,
    ...defined({ cast }),
    scenes,
    limits,
    ...defined({ budget }),
    retries,
    prices,
    moved,
    onMismatch: getText(filled, 'on_mismatch')?.text === 'fail' ? 'fail' : 'warn',
    secretsIn: around.secretsIn,
    digests: around.digests(),
    pictures: around.pictures(),
  };
  return { project, diagnostics };
}

/**
 * Keys that misspelt ones at the top of a manifest were probably meant to be: what stands there is
 * not read.
 */
function meantKeys(root: LocatedMap): ReadonlySet<string> {
  const known = knownKeys(projectSchema, []);
  const unknown = [...root.entries.keys()].filter(
    (key) => !known.includes(key) && !isExtension(key),
  );
  return new Set(
    unknown
      .slice(0, MAX_GUESSES)
      .flatMap((key) => nearKey(key, known) ?? [])
      .filter((key) => !root.entries.has(key)),
  );
}

/** Beyond these a file is not a manifest. */
const MAX_GUESSES = 50;

/** The vars that templates may name; lost where there are some that cannot be read. */
function readScope(
  root: LocatedMap,
  meant: ReadonlySet<string>,
  given: ReadonlyMap<string, string>,
  filler: Filler,
  report: Report,
): LocatedMap | Lost {
  const written = get(root, 'vars');
  if (written?.kind === 'map' || (written === undefined && !meant.has('vars')))
    return readVars(written, given, filler, report);
  return lost(written?.place ?? root.place);
}

/** Everything except vars, aliases, defaults and scenes, which are checked one by one. */
function checkRoot(root: LocatedMap, filled: LocatedMap, problems: Problems): void {
  const entries = new Map(without(root, isExtension).entries);
  for (const [key, entry] of filled.entries) entries.set(key, entry);
  for (const key of ['models', 'defaults', 'cast']) {
    const entry = entries.get(key);
    if (entry?.value.kind === 'map')
      entries.set(key, { key: entry.key, value: emptyMap(entry.value.place) });
  }
  // The format version has had its own words in `upgrade`.
  const version = entries.get('rushes');
  if (version === undefined || plain(version.value) !== FORMAT_VERSION)
    entries.set('rushes', {
      key: root.place,
      value: { kind: 'scalar', value: FORMAT_VERSION, place: root.place },
    });
  check(
    {
      schema: projectSchema,
      value: withoutScenes(mapOf(entries, root.place)),
      written: root,
      label: '',
    },
    (problem) => problems.add(problem),
  );
}

function readAliases(
  filled: LocatedMap,
  root: LocatedMap,
  context: LayerContext,
  problems: Problems,
): { readonly aliases: readonly Alias[]; readonly specs: readonly AliasSpec[] } {
  const models = getMap(filled, 'models');
  const aliases: Alias[] = [];
  const specs: AliasSpec[] = [];
  const folded = new Map<string, string>();
  for (const [name, { key, value }] of models?.entries ?? []) {
    const alias = parseName<Alias>(name);
    if (alias === undefined) {
      const free = suggestName(name, foldedKeys(models));
      const hint =
        free === undefined
          ? undefined
          : `Write ${free}: …, and ${free} wherever the alias is named.`;
      const message = `the alias ${quoted(name)} ${nameProblem(name) ?? ''}`;
      problems.add({
        code: 'bad-name',
        message,
        place: key,
        ...defined({ hint }),
      });
      continue;
    }
    const twin = folded.get(foldCase(name));
    if (twin !== undefined) {
      const message = `the aliases ${twin} and ${name} differ only in case: their clips would share a name on some machines`;
      const free = suggestName(name, foldedKeys(models));
      problems.add({
        code: 'bad-name',
        message,
        place: key,
        hint: `Rename one of them${free === undefined ? '' : `, as in ${free}: …`}`,
      });
      continue;
    }
    folded.set(foldCase(name), name);
    aliases.push(alias);
    const written = getMap(root, 'models')?.entries.get(name)?.value;
    if (value.kind !== 'map') {
      const model =
        value.kind === 'scalar' && typeof value.value === 'string'
          ? value.value
          : 'apimart/kling-v3';
      const hint = `Write ${name}: { use: ${model} }`;
      problems.add(
        {
          code: 'wrong-type',
          message: `models.${name} is ${describe(value)}; expected a map with use`,
          place: isNull(value) ? key : value.place,
          hint,
        },
        { kind: 'alias', alias, key: undefined },
      );
      continue;
    }
    const bad = checkLayer(
      aliasSchema,
      value,
      written,
      `models.${name}`,
      (at) => ({ kind: 'alias', alias, key: at }),
      problems,
    );
    const use = getText(value, bad.writtenFor('use') ?? 'use');
    if (use === undefined || (bad.keys.has('use') && bad.writtenFor('use') === undefined)) continue;
    const profile = bad.keys.has('profile') ? undefined : getText(value, 'profile');
    const send = bad.keys.has('send') ? [] : getTexts(value, 'send');
    const layer = layerOf(
      value,
      context,
      (problem, word) => problems.add(problem, { kind: 'alias', alias, key: word }),
      bad.keys,
    );
    const card = namesCard(use.text)
      ? readCard(use, context.reader, context.folder, (problem) =>
          problems.add(problem, { kind: 'alias', alias, key: 'use' }),
        )
      : undefined;
    if (card === undefined && namesCard(use.text)) continue;
    specs.push({
      alias,
      place: key,
      use: { model: use.text, place: use.place, ...defined({ card }) },
      ...(profile === undefined ? {} : { profile: { name: profile.text, place: profile.place } }),
      ...(send.length === 0 ? {} : { send }),
      layer,
    });
  }
  if (models !== undefined && models.entries.size === 0) {
    problems.add({
      code: 'absent-key',
      message: 'models names no model',
      place: models.place,
      hint: 'Write models: { kling: { use: apimart/kling-v3 } }',
    });
  }
  return { aliases, specs };
}

/** Compared without regard to case. */
const foldedKeys = (map: LocatedMap | undefined): ReadonlySet<string> =>
  new Set([...(map?.entries.keys() ?? [])].map(foldCase));

function readDefaults(
  filled: LocatedMap,
  root: LocatedMap,
  context: LayerContext,
  problems: Problems,
): Layer {
  const defaults = getMap(filled, 'defaults');
  if (defaults === undefined) {
    const written = filled.entries.get('defaults');
    return written === undefined || (isNull(written.value) && !isLost(written.value))
      ? emptyLayer(root)
      : lostLayer(written.key);
  }
  const bad = checkLayer(
    settingsSchema,
    defaults,
    getMap(root, 'defaults'),
    'defaults',
    (key) => ({ kind: 'defaults', key }),
    problems,
  );
  return layerOf(
    defaults,
    context,
    (problem, word) => problems.add(problem, { kind: 'defaults', key: word }),
    bad.keys,
  );
}

/** `undefined` without a cast. */
function readCast(
  filled: LocatedMap,
  root: LocatedMap,
  { reader, folder }: LayerContext,
  problems: Problems,
): Project['cast'] {
  const entry = filled.entries.get('cast');
  if (entry === undefined || (isNull(entry.value) && !isLost(entry.value))) return undefined;
  const cast = getMap(filled, 'cast');
  if (cast === undefined) return 'broken';
  const report = problems.add.bind(problems);
  const written = getMap(root, 'cast');
  const errors = problems.errors;
  check(
    { schema: castSchema, value: cast, ...(written && { written }), label: 'cast' },
    (problem) => report(problem),
  );
  if (problems.errors > errors) return 'broken';
  return withCastPictures(cast, { reader, folder }, report) ?? 'broken';
}

/** What is wrong with a layer. */
function checkLayer(
  schema: typeof aliasSchema | typeof settingsSchema,
  value: LocatedMap,
  written: ReturnType<typeof get>,
  label: string,
  reach: (key: string | undefined) => Reach,
  problems: Problems,
): BrokenKeys {
  const bad = new BrokenKeys();
  check({ schema, value, ...defined({ written }), label }, (problem: Problem, path, meant) => {
    bad.add(path, meant);
    problems.add(problem, reach(typeof path[0] === 'string' ? path[0] : undefined));
  });
  bad.addLost(value);
  return bad;
}

/** A scene does not lean on an alias that something is wrong with. */
function onSound(scene: SceneSpec, sound: ReadonlySet<string>): SceneSpec {
  if (scene.models === undefined || scene.models.every(({ alias }) => sound.has(alias)))
    return scene;
  return { ...scene, models: scene.models.filter(({ alias }) => sound.has(alias)) };
}

function checkSize(
  scenes: readonly SceneSpec[],
  aliases: number,
  root: LocatedMap,
  problems: Problems,
): void {
  const renders = scenes.reduce(
    (sum, { models, takes }) => sum + (models?.length ?? aliases) * takes,
    0,
  );
  if (renders <= MAX_RENDERS) return;
  const message = `the project has ${renders.toLocaleString('en')} renders; ${MAX_RENDERS.toLocaleString('en')} is the most`;
  problems.add({
    code: 'too-large',
    message,
    place: root.entries.get('scenes')?.key ?? root.place,
    hint: 'Split it into several manifests.',
  });
}

/**
 * If the name or the folder is not valid, the project continues with a plain one: the other errors
 * are found in the same run.
 */
const PLAIN = { name: 'project', output: 'out' };

function readName(
  filled: LocatedMap,
  stem: string,
  { source }: ReadFile,
  problems: Problems,
): string {
  const written = get(filled, 'project');
  if (written !== undefined) {
    const text = written.kind === 'scalar' ? String(written.value) : '';
    return nameProblem(text) === undefined ? text : PLAIN.name;
  }
  const problem = nameProblem(stem);
  if (problem === undefined) return stem;
  const message = `the file's name ${quoted(stem)} ${problem}, so it cannot name the project`;
  const place = { source, start: 0, end: source.line(1).length };
  problems.add({
    code: 'bad-name',
    message,
    place,
    hint: `Add project: ${suggestName(stem) ?? 'film'}, or rename the file.`,
  });
  return PLAIN.name;
}

function readOutput(filled: LocatedMap, around: Surroundings, problems: Problems): string {
  const written = getText(filled, 'output');
  const wanted = written?.text ?? PLAIN.output;
  const unfit = listedPathProblem(wanted);
  if (unfit !== undefined) {
    problems.add({
      code: 'bad-name',
      message: `output ${quoted(wanted)} ${unfit}`,
      place: written?.place ?? filled.place,
      hint: 'Write letters, digits, - and _, as in output: out',
    });
    return `${around.root}/${PLAIN.output}`;
  }
  const found = around.outputPath(wanted);
  if ('path' in found) return found.path;
  const message = `output ${quoted(wanted)} ${found.problem}`;
  problems.add({
    code: 'outside-project',
    message,
    place: written?.place ?? filled.place,
    hint: found.hint,
  });
  return `${around.root}/${PLAIN.output}`;
}
