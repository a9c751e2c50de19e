/**
 * `docs/manifest.md`: every word of the manifest language with its type, default and example, and
 * which model takes which portable word. Generated from the zod sources of the language and the
 * catalogue, so that the page cannot differ from what the program checks.
 */
import * as z from 'zod';
import { manifestSchema } from '../../manifest/language/schema/manifest.ts';
import type { Model } from '../../models/model.ts';
import { type Json, type JsonObject, WORDS } from '../../scene.ts';
import { markdownTable } from '../text/markdown-page.ts';

interface Node {
  readonly [key: string]: Json;
}

interface Section {
  /** Where the keys are written, such as `limits:`. */
  readonly title: string;
  readonly intro: string;
  /** Path of the map in the JSON Schema of the manifest. */
  readonly at: readonly string[];
  /** Only these keys; default: all keys that no earlier section with the same keys shows. */
  readonly keys?: (key: string) => boolean;
}

const isWord = (key: string): boolean => (WORDS as readonly string[]).includes(key);
const SETTINGS = ['params', 'fit', 'drop', 'notify'];
const isSetting = (key: string): boolean => isWord(key) || SETTINGS.includes(key);

const ALIAS = ['models', '*'];
const SCENE = ['scenes', '[]'];

const SECTIONS: readonly Section[] = [
  { title: 'The manifest', intro: 'The keys at the top of the file.', at: [] },
  {
    title: 'models: an alias',
    intro:
      'Under `models:`, each key is an alias and its value is a map. Every portable word and setting below may stand in it too.',
    at: ALIAS,
    keys: (key) => !isSetting(key),
  },
  {
    title: 'scenes: a scene',
    intro:
      'An item of the list `scenes:`. Every portable word and setting below may stand in it too.',
    at: SCENE,
    keys: (key) => !isSetting(key),
  },
  {
    title: 'Portable words',
    intro:
      'They describe what is filmed. They may stand in `defaults:`, in an alias, in a scene and in `overrides.<alias>:` (weakest first). Each model translates them into its own request.',
    at: SCENE,
    keys: isWord,
  },
  {
    title: 'Settings',
    intro: 'They may stand wherever portable words may stand.',
    at: SCENE,
    keys: (key) => SETTINGS.includes(key),
  },
  {
    title: 'shots: a shot',
    intro: 'An item of the list `shots:`.',
    at: [...SCENE, 'shots', '[]'],
  },
  {
    title: 'elements: an element',
    intro: 'An item of the list `elements:`.',
    at: [...SCENE, 'elements', '[]'],
  },
  {
    title: 'vars: a var',
    intro: 'Under `vars:`, each key is the name of a var. Its value is the default, or this map.',
    at: ['vars', '*'],
  },
  { title: 'limits', intro: 'Under `limits:`.', at: ['limits'] },
  {
    title: 'limits of a gateway or an alias',
    intro: 'Under `limits.gateways.<gateway>:` and `limits.models.<alias>:`.',
    at: ['limits', 'models', '*'],
  },
  { title: 'budget', intro: 'Under `budget:`.', at: ['budget'] },
  { title: 'prices', intro: 'Under `prices.<alias>:`.', at: ['prices', '*'] },
  { title: 'retries', intro: 'Under `retries:`.', at: ['retries'] },
  { title: 'moved', intro: 'An item of the list `moved:`.', at: ['moved', '[]'] },
];

/** The whole page. Same language and models, same text. */
export function manifestMarkdown(models: readonly Model[]): string {
  const root = manifestJson();
  const lines = [
    '# The manifest language',
    '',
    'Generated from `src/manifest/language/schema/` and the model catalogue: `npm run schemas` writes this page.',
    'Any string value may contain templates, `${{ vars.style }}`. `null` means "as if never set".',
    '',
    ...SECTIONS.flatMap((section) => sectionLines(root, section)),
    ...wordsByModel(models),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** One key of the language, in one place where it may stand. */
export interface ManifestKey {
  readonly key: string;
  /** Title of the place, such as `scenes: a scene`. */
  readonly section: string;
  /** Markdown, as the other texts: code stands between backticks. */
  readonly type: string;
  /** `required`, the default, or `''`. */
  readonly fallback: string;
  readonly meaning: string;
  readonly example: string;
}

/** Every key of every map of the language, in the order of the page. */
export function manifestKeys(): readonly ManifestKey[] {
  const root = manifestJson();
  return SECTIONS.flatMap((section) => keysOf(root, section));
}

const manifestJson = (): Node =>
  z.toJSONSchema(manifestSchema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }) as unknown as Node;

function keysOf(root: Node, { title, at, keys = () => true }: Section): readonly ManifestKey[] {
  const map = nodeAt(root, at);
  const required = new Set((map['required'] as readonly string[] | undefined) ?? []);
  return Object.entries((map['properties'] ?? {}) as Record<string, Node>)
    .filter(([key]) => keys(key))
    .map(([key, node]) => ({
      key,
      section: title,
      type: typeOf(node),
      fallback: required.has(key) ? 'required' : code(node['default']),
      meaning: textOf(node['description']),
      example: code((node['examples'] as readonly Json[] | undefined)?.[0]),
    }));
}

function sectionLines(root: Node, section: Section): string[] {
  return [
    `## ${section.title}`,
    '',
    section.intro,
    '',
    ...markdownTable(
      ['key', 'type', 'default', 'meaning', 'example'],
      keysOf(root, section).map(({ key, type, fallback, meaning, example }) => [
        `\`${key}\``,
        type,
        fallback,
        meaning,
        example,
      ]),
    ),
    '',
  ];
}

/** The map at a path; `*` is the value of any key, `[]` an item of a list. */
function nodeAt(root: Node, at: readonly string[]): Node {
  let node = root;
  for (const step of at) {
    const next = branches(node).flatMap((branch) => {
      const found =
        step === '*'
          ? branch['additionalProperties']
          : step === '[]'
            ? branch['items']
            : (branch['properties'] as Node | undefined)?.[step];
      return isNode(found) ? [found] : [];
    })[0];
    if (next === undefined) throw new Error(`the manifest schema has no ${at.join('.')}`);
    node = next;
  }
  return branches(node).find((branch) => branch['properties'] !== undefined) ?? node;
}

const isNode = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const branches = (node: Node): readonly Node[] =>
  (node['anyOf'] as readonly Node[] | undefined) ?? [node];

/** `text`, `whole number ≥ 1`, `list of texts`, `one of 16:9, 9:16`. */
function typeOf(node: Node): string {
  const anyOf = node['anyOf'] as readonly Node[] | undefined;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (node['const'] !== undefined) return code(node['const']);
  const values = node['enum'] as readonly Json[] | undefined;
  if (values !== undefined) return values.map(code).join(', ');
  switch (textOf(node['type'])) {
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
      return `whole number${range(node)}`;
    case 'number':
      return `number${range(node)}`;
    case 'array': {
      const items = node['items'] as Node | undefined;
      return items?.['properties'] !== undefined || items === undefined || isAny(items)
        ? 'list'
        : `list of: ${typeOf(items)}`;
    }
    default:
      return isAny(node) ? 'any value' : 'map';
  }
}

const isAny = (node: Node): boolean => node['type'] === undefined && node['anyOf'] === undefined;

function range(node: Node): string {
  const { minimum, maximum } = node;
  const low = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER;
  const high = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;
  if (low && high) return ` ${minimum}–${maximum}`;
  return low ? ` ≥ ${minimum}` : high ? ` ≤ ${maximum}` : '';
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const code = (value: Json | undefined): string =>
  value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function wordsByModel(models: readonly Model[]): string[] {
  const sorted = [...models].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '## Which model takes which word',
    '',
    '`rushes models <model>` prints the values that one model offers, its rules and its prices.',
    '',
    ...markdownTable(
      ['model', ...WORDS.map((word) => `\`${word}\``)],
      sorted.map(({ name, offers }) => [
        `\`${name}\``,
        ...WORDS.map((word) => (offers.unsupported.includes(word) ? '–' : 'yes')),
      ]),
    ),
  ];
}
