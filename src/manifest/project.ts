/**
 * A manifest as a project: every section read, every scene made, every problem with the renders
 * that it breaks.
 */
import { defined } from '../defined.ts';
import { type Diagnostic, inSourceOrder } from '../diagnostic.ts';
import {
  type Layer,
  type Loaded,
  type LocatedMap,
  plain,
  type Project,
  type SceneSpec,
} from '../scene.ts';
import { diagnosticsOf } from './affected.ts';
import { readAliases } from './aliases.ts';
import { checkLayer } from './check-layer.ts';
import { readName, readOutput } from './name-and-output.ts';
import type { OnDisk } from './disk/on-disk.ts';
import { Expander } from './scenes/expand.ts';
import { distinct, inherit, reportBadIds } from './scenes/inherit.ts';
import { check } from './language/check.ts';
import { knownKeys } from './language/schema-keys.ts';
import { castSchema } from './language/schema/elements.ts';
import { projectSchema } from './language/schema/manifest.ts';
import { settingsSchema } from './language/schema/settings.ts';
import { withCastPictures } from './scenes/pictures.ts';
import { emptyLayer, layerOf, type LayerContext, lostLayer } from './scenes/layer.ts';
import {
  describe,
  emptyMap,
  get,
  getMap,
  getText,
  isLost,
  isNull,
  type Lost,
  lost,
  mapOf,
  without,
} from './values/located.ts';
import { parseYaml } from './yaml/parse.ts';
import { Problems, type Report } from './values/problems.ts';
import type { ReadFile } from './values/reader.ts';
import { isExtension, sceneEntries, withoutScenes } from './scenes/scene-entries.ts';
import { readBudget, readLimits, readMoved, readPrices, readRetries } from './sections.ts';
import type { Scope } from './scenes/parse-template.ts';
import { Filler } from './scenes/template.ts';
import { hasMergeMarkers } from './values/text.ts';
import { FORMAT_VERSION, upgrade } from './language/upgrade.ts';
import { nearKey } from './language/unknown-key.ts';
import { readVars } from './scenes/vars.ts';

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
  around: OnDisk,
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
