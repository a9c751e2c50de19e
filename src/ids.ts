/**
 * The names that everything else is keyed by. A branded string can only come from a parser of this
 * file, so a scene id is never passed where a render id belongs.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Id of a scene, an alias or a project: see {@link parseName}. */
export type SceneId = Branded<'SceneId'>;
export type Alias = Branded<'Alias'>;
/** `scene/alias`, and `scene/alias/2` for take 2 and up. Unique within one manifest. */
export type RenderId = Branded<'RenderId'>;
/** `gateway/native-name`, such as `apimart/kling-v3`. */
export type ModelName = `${GatewayName}/${string}`;
/** `sha256:<64 hex digits>`. */
export type Fingerprint = Branded<'Fingerprint'>;
/** A UUID: one intent to submit; sent as Idempotency-Key. */
export type AttemptId = Branded<'AttemptId'>;
/** The gateway's own id of a task. Opaque, but safe in a URL path: see {@link parseTaskId}. */
export type TaskId = Branded<'TaskId'>;

export const GATEWAYS = ['apimart', 'evolink'] as const;
export type GatewayName = (typeof GATEWAYS)[number];

const NAME = /^[\p{L}\p{M}\p{N}_-]+$/u;
const NAME_START = /^[\p{L}\p{N}_-]/u;
/** Names that Windows gives to devices: a folder of that name cannot be made there. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;
const MAX_NAME_CODE_POINTS = 80;
/**
 * Most names: nothing in them to look at more closely. Device names have letters and at most three
 * others behind them.
 */
const PLAIN_NAME = /^(?!(?:con|prn|aux|nul|com|lpt))[A-Za-z0-9_-]{1,80}$/i;

/**
 * Why a text is not an id of a scene, alias or project, or `undefined` if it is one: letters and
 * digits of any script, `-`, `_`, 1-80 characters (code points), in Unicode form NFC, no Windows
 * device name.
 */
export function nameProblem(text: string): string | undefined {
  if (PLAIN_NAME.test(text)) return undefined;
  if (text === '') return 'is empty';
  if (text !== text.normalize('NFC'))
    return 'is not in Unicode form NFC (retype it, or paste it through an NFC converter)';
  if (!NAME.test(text)) {
    const bad = [...text].find((character) => !/[\p{L}\p{M}\p{N}_-]/u.test(character)) ?? '';
    return `contains ${JSON.stringify(bad)}; allowed are letters and digits of any script, "-" and "_"`;
  }
  if (!NAME_START.test(text)) return 'starts with a combining mark';
  if ([...text].length > MAX_NAME_CODE_POINTS)
    return `is longer than ${MAX_NAME_CODE_POINTS} characters`;
  if (WINDOWS_DEVICE.test(text))
    return 'is a device name on Windows, where no such folder can be made';
  return undefined;
}

/**
 * The id that a text was probably meant to be: what an id may not hold becomes `-`, and where the
 * id is taken, without regard to case, a number follows. `taken` holds ids as `foldCase` makes
 * them. `undefined` if nothing of the text could be kept.
 */
export function suggestName(
  text: string,
  taken: ReadonlySet<string> = new Set(),
): string | undefined {
  const kept = text
    .slice(0, 400)
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')
    .replace(/^[-\p{M}]+/u, '')
    .replace(/-+$/, '');
  if (kept === '') return undefined;
  // Room for the number.
  const points = [...kept];
  const stem = points.slice(0, MAX_NAME_CODE_POINTS - 4).join('');
  for (let count = 1; count < 1_000; count++) {
    const name =
      count > 1 ? `${stem}-${count}` : points.length > MAX_NAME_CODE_POINTS ? stem : kept;
    if (nameProblem(name) === undefined && !taken.has(foldCase(name))) return name;
  }
  return undefined;
}

/** The text as an id, or `undefined` where {@link nameProblem} would name a problem. */
export function parseName<Name extends SceneId | Alias>(text: string): Name | undefined {
  return nameProblem(text) === undefined ? (text as Name) : undefined;
}

/**
 * `film` for `manifests/film.yaml`: what stands before the colon of an id that names its manifest,
 * `film:crab/kling`.
 */
export const manifestName = (manifest: string): string =>
  (manifest.split('/').at(-1) ?? manifest).replace(/\.[^.]*$/, '');

/** Windows and some editors write the ending in upper case. */
export const isManifestFile = (name: string): boolean => /\.ya?ml$/i.test(name);

/** What a folder that stands for its manifests means: hidden files are of editors and systems. */
export const isManifestIn = (name: string): boolean =>
  isManifestFile(name) && !name.startsWith('.');

/** Has control characters: when printed, it could send commands to a terminal or a runner. */
export const isUnprintable = (name: string): boolean => /[\p{Cc}\u2028\u2029]/u.test(name);

/** The other names of a manifest with the same stem, and so with the same lock. */
export function twinsOf(manifest: string): readonly string[] {
  const [ending] = /\.[^.]*$/.exec(manifest) ?? [''];
  return ['.yaml', '.yml', '.YAML', '.YML', '.Yaml', '.Yml']
    .filter((other) => other !== ending)
    .map((other) => manifest.slice(0, manifest.length - ending.length) + other);
}

/** `film:crab/kling` taken apart: before the last colon the manifest's name, if any. */
export function splitQualified(text: string): {
  readonly manifest: string | undefined;
  readonly id: string;
} {
  const colon = text.lastIndexOf(':');
  return { manifest: colon === -1 ? undefined : text.slice(0, colon), id: text.slice(colon + 1) };
}

/** Two ids with one key would share a folder on a file system without case. */
export const foldCase = (id: string): string =>
  /^[\x20-\x7e]*$/.test(id) ? id.toLowerCase() : id.toLowerCase().normalize('NFC');

export const renderId = (scene: SceneId, alias: Alias, take: number): RenderId =>
  (take === 1 ? `${scene}/${alias}` : `${scene}/${alias}/${take}`) as RenderId;

/**
 * The parts of a render id, or `undefined` if it is not one. Take 1 is written without a number.
 */
export function parseRenderId(
  text: string,
):
  | { readonly id: RenderId; readonly scene: SceneId; readonly alias: Alias; readonly take: number }
  | undefined {
  const first = text.indexOf('/');
  const second = text.indexOf('/', first + 1);
  const scene = text.slice(0, Math.max(first, 0));
  const alias = text.slice(first + 1, second === -1 ? undefined : second);
  const take = second === -1 ? undefined : text.slice(second + 1);
  if (first === -1 || nameProblem(scene) !== undefined || nameProblem(alias) !== undefined)
    return undefined;
  if (take !== undefined && !/^(?:[2-9]|[1-9]\d{1,5})$/.test(take)) return undefined;
  return {
    id: text as RenderId,
    scene: scene as SceneId,
    alias: alias as Alias,
    take: take === undefined ? 1 : Number(take),
  };
}

export function parseModelName(
  text: string,
):
  | { readonly name: ModelName; readonly gateway: GatewayName; readonly native: string }
  | undefined {
  const slash = text.indexOf('/');
  const before = text.slice(0, slash);
  const gateway = GATEWAYS.find((name) => name === before);
  const native = text.slice(slash + 1);
  if (gateway === undefined || !/^[a-z0-9][a-z0-9._-]*$/i.test(native)) return undefined;
  return { name: `${gateway}/${native}`, gateway, native };
}

/**
 * A task id as a gateway may give it: 1-128 of `A-Z a-z 0-9 . _ : -`, not only dots. Anything else
 * is refused, because it goes into a URL path (the official EvoLink client accepts the same set).
 */
export function parseTaskId(value: unknown): TaskId | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(value) && !/^\.+$/.test(value)
    ? (value as TaskId)
    : undefined;
}

export const isFingerprint = (text: string): text is Fingerprint =>
  /^sha256:[0-9a-f]{64}$/.test(text);
export const isAttemptId = (text: string): text is AttemptId =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
