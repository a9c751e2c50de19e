/**
 * All errors in one run: any mistake of the language beside any mistake that only a model sees, in
 * one scene. Both are said, and nothing else, unless mending the first could mend the second: then
 * the second would be an echo.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inSourceOrder } from '../../../src/diagnostic.ts';
import { loadManifest } from '../../../src/manifest/read.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { brief, onDiskUntilEnd } from '../../manifest/project-on-disk.ts';
import { sized } from '../../sizes.ts';

/**
 * Sections of a manifest; those of `scene` and `alias` key by key. A value of `null` takes a key
 * away.
 */
interface Text {
  readonly top?: Readonly<Record<string, string | null>>;
  readonly alias?: Readonly<Record<string, string>>;
  readonly defaults?: Readonly<Record<string, string>>;
  readonly scene?: Readonly<Record<string, string | null>>;
}
interface Mistake extends Text {
  /** Code, and the text that is underlined. */
  readonly said: string;
  /** The mistake that this one could be the cause of. */
  readonly hides?: string;
}
interface Breach extends Mistake {
  readonly use: string;
  /** Keys that another value of could mend it. */
  readonly mendedBy?: readonly string[];
}

const SCENE = { id: 'crab', prompt: '"A crab looks up"', models: '[kling]' };

function manifestOf(use: string, ...parts: readonly Text[]): string {
  const merged = <Value>(
    pick: (part: Text) => Readonly<Record<string, Value>> | undefined,
  ): Record<string, Value> =>
    Object.assign({}, ...parts.map((part) => pick(part) ?? {})) as Record<string, Value>;
  const lines = (map: Readonly<Record<string, string | null>>, indent: string): string =>
    Object.entries(map)
      .flatMap(([key, value]) => (value === null ? [] : [`${indent}${key}: ${value}\n`]))
      .join('');
  const defaults = lines(
    merged(({ defaults }) => defaults),
    '  ',
  );
  const scene = lines({ ...SCENE, ...merged(({ scene }) => scene) }, '    ').replace(
    '    ',
    '  - ',
  );
  return [
    'rushes: 1\n',
    lines({ vars: '{ style: film }', ...merged(({ top }) => top) }, ''),
    `models:\n  kling:\n${lines({ use, ...merged(({ alias }) => alias) }, '    ')}`,
    defaults === '' ? '' : `defaults:\n${defaults}`,
    `scenes:\n${scene}`,
  ].join('');
}

const { folder: cwd, remove } = onDiskUntilEnd({});
afterAll(remove);

async function said(manifest: string): Promise<readonly string[]> {
  writeFileSync(path.join(cwd, 'film.yaml'), manifest);
  const { project, diagnostics } = await loadManifest('film.yaml', { cwd });
  const resolved = project === undefined ? undefined : resolveProject(project, catalogue);
  const isOfScenes = !/^(?:limits?|budget|include|var|default): /m.test(manifest);
  const rendered = isOfScenes ? (resolved?.renders.map(({ id }) => `renders ${id}`) ?? []) : [];
  // That a model is retiring is not a mistake of the manifest.
  const found = [...diagnostics, ...(resolved?.diagnostics ?? [])].filter(
    ({ code }) => code !== 'retiring-model',
  );
  return [
    ...inSourceOrder(found).map((diagnostic) => brief(diagnostic).replace(/^\S+ /, '')),
    ...rendered,
  ];
}

const V3 = 'apimart/kling-v3';
const V26 = 'apimart/kling-v2-6';
const SORA = 'apimart/sora-2-pro';
const O3 = 'evolink/kling-o3-text-to-video';
const LINK = 'https://example.com/a.png';

const LANGUAGE: Readonly<Record<string, Mistake>> = {
  'an unknown key': { scene: { colour: 'red' }, said: 'unknown-key colour' },
  'a misspelt key': { scene: { negative_promt: 'blur' }, said: 'unknown-key negative_promt' },
  'a misspelt prompt': { scene: { prompt: null, promt: 'x' }, said: 'unknown-key promt' },
  'a prompt that is a number': { scene: { prompt: '42' }, said: 'wrong-type 42' },
  'a prompt of an unknown var': {
    scene: { prompt: 'A ${{ vars.stile }}' },
    said: 'template-unknown stile',
  },
  'a prompt of a var that cannot be read': {
    top: { vars: '{ style: { defualt: film } }' },
    scene: { prompt: '${{ vars.style }} x' },
    said: 'unknown-key defualt',
  },
  'a var that must be set': {
    top: { vars: '{ who: { type: string } }' },
    scene: { prompt: 'A ${{ vars.who }}' },
    said: 'var-missing who',
  },
  'vars under another name': {
    top: { vars: null, var: '{ a: b }' },
    scene: { prompt: 'A ${{ vars.a }}' },
    said: 'unknown-key var',
  },
  'a prompt in a file that is not there': {
    scene: { prompt: '{ file: none.txt }' },
    said: 'no-file none.txt',
  },
  'a duration in quotes': { scene: { duration: '"5"' }, said: 'wrong-type "5"' },
  'a default in quotes': { defaults: { duration: '"5"' }, said: 'wrong-type "5"' },
  'a setting of the alias in quotes': { alias: { duration: '"5"' }, said: 'wrong-type "5"' },
  'an unknown setting of the alias': { alias: { colour: 'red' }, said: 'unknown-key colour' },
  'yes for true': { scene: { audio: 'yes' }, said: 'wrong-type yes' },
  'a resolution without its p': { scene: { resolution: '1080' }, said: 'wrong-value 1080' },
  'a ratio that is none': { scene: { aspect_ratio: '5:4' }, said: 'wrong-value 5:4' },
  'a link that is a password': {
    scene: { first_frame: 'https://me:pw@example.com/a.png' },
    said: 'secret-link https://me:pw@example.com/a.png',
  },
  'a picture that is not there': { scene: { last_frame: 'a.png' }, said: 'no-file a.png' },
  'a file as a link': {
    scene: { last_frame: 'file:///a.png' },
    said: 'local-image file:///a.png',
  },
  'no such takes': { scene: { takes: '0' }, said: 'wrong-value 0' },
  'a tag outside a list': { scene: { tags: 'hero' }, said: 'wrong-type hero' },
  'a fraction of a revision': { scene: { revision: '1.5' }, said: 'wrong-type 1.5' },
  'a skip of YAML 1.1': { scene: { skip: 'no' }, said: 'wrong-type no' },
  'a callback that is no link': { scene: { notify: 'nowhere' }, said: 'bad-url nowhere' },
  'models without a list': { scene: { models: 'kling' }, said: 'wrong-type kling' },
  'an alias that is misspelt': { scene: { models: '[klng]' }, said: 'unknown-alias klng' },
  'an alias that is none': { scene: { models: '[whatever]' }, said: 'unknown-alias whatever' },
  'models misspelt': { scene: { models: null, modles: '[kling]' }, said: 'unknown-key modles' },
  'models that are a number': { scene: { models: '5' }, said: 'wrong-type 5' },
  'a parent that is none': { scene: { extends: 'nobody' }, said: 'unknown-scene nobody' },
  'a circle': { scene: { id: 'crab', extends: 'crab' }, said: 'extends-circle crab' },
  'an override of a misspelt alias': {
    scene: { overrides: '{ klng: { notify: https://example.com/hook } }' },
    said: 'unknown-alias klng',
  },
  'an override of the wrong type': {
    scene: { overrides: '{ kling: { watermark: "on" } }' },
    said: 'wrong-type "on"',
  },
  'params that are no map': { scene: { params: '5' }, said: 'wrong-type 5' },
  'a param of an unknown var': {
    scene: { params: '{ webhook: "${{ vars.nope }}" }' },
    top: { vars: '{ style: film }' },
    said: 'template-unknown nope',
  },
  'a fit that is none': { scene: { fit: 'closest' }, said: 'wrong-value closest' },
  'a drop of nothing known': { scene: { drop: '[colour]' }, said: 'wrong-value colour' },
  'an id with a blank': { scene: { id: 'big crab' }, said: 'bad-name big crab' },
  'an id of an unknown var': {
    scene: { id: 'crab-${{ vars.nope }}' },
    top: { vars: '{ style: film }' },
    said: 'template-unknown nope',
  },
  'a matrix without lists': {
    scene: { id: 'a-${{ matrix.sky }}', matrix: '{ sky: rain }' },
    said: 'wrong-type rain',
  },
  'rows that are not there': {
    scene: { id: '${{ row.id }}', rows: 'none.csv', tags: '["${{ row.tag }}"]' },
    said: 'no-file none.csv',
  },
  'a shot without its length': {
    scene: { shots: '[{ prompt: x }]' },
    said: 'absent-key { prompt: x }',
  },
  'an element of a bad name': {
    scene: { elements: '[{ name: big dog }]' },
    said: 'bad-name big dog',
  },
  'a limit in quotes': { top: { limits: '{ in_flight: "8" }' }, said: 'wrong-type "8"' },
  'a misspelt section': { top: { limit: '{}' }, said: 'unknown-key limit' },
  'defaults under another name': {
    top: { default: '{ watermark: true }' },
    said: 'unknown-key default',
  },
  'a budget without its unit': { top: { budget: '25' }, said: 'wrong-type 25' },
  'an include that is not there': {
    top: { include: '[more.yaml]' },
    said: 'no-file more.yaml',
    hides: 'a parent that is none',
  },
};

const BREACHES: Readonly<Record<string, Breach>> = {
  'a duration too long': {
    use: V3,
    scene: { duration: '99' },
    said: 'unoffered-word 99',
    mendedBy: ['fit'],
  },
  'a default too long': {
    use: V3,
    defaults: { duration: '99' },
    said: 'unoffered-word 99',
    mendedBy: ['fit', 'duration', 'extends', 'defaults'],
  },
  'a resolution not offered': {
    use: V3,
    scene: { resolution: '1024p' },
    said: 'unoffered-word 1024p',
    mendedBy: ['fit'],
  },
  'a last frame alone': {
    use: V3,
    scene: { last_frame: LINK },
    said: `unoffered-word ${LINK}`,
    mendedBy: ['first_frame', 'extends', 'defaults'],
  },
  'a native field that is none': {
    use: V3,
    scene: { params: '{ durration: 5 }' },
    said: 'broken-rule durration',
  },
  'a native value that is none': {
    use: V3,
    scene: { params: '{ mode: best }' },
    said: 'broken-rule best',
  },
  'shots that do not add up': {
    use: V3,
    scene: { duration: '9', shots: '[{ prompt: a, duration: 2 }, { prompt: b, duration: 3 }]' },
    said: 'unoffered-word 9',
  },
  'a prompt of a shot too long': {
    use: V3,
    scene: { shots: `[{ prompt: ${'x'.repeat(600)}, duration: 5 }]` },
    said: `broken-rule ${'x'.repeat(600)}`,
  },
  'sound without pro': {
    use: V26,
    scene: { audio: 'true' },
    said: 'broken-rule true',
    mendedBy: ['resolution', 'params', 'extends', 'defaults'],
  },
  'two frames without pro': {
    use: V26,
    scene: { first_frame: LINK, last_frame: 'https://example.com/b.png' },
    said: 'broken-rule https://example.com/b.png',
    mendedBy: ['resolution', 'params', 'extends', 'defaults'],
  },
  'a prompt too long': {
    use: V26,
    scene: { prompt: 'x'.repeat(2_501) },
    said: `broken-rule ${'x'.repeat(2_501)}`,
  },
  'no prompt': {
    use: SORA,
    scene: { id: 'crab', prompt: null },
    said: 'broken-rule crab',
    mendedBy: ['prompt', 'extends', 'defaults', 'params'],
  },
  'a word that the model lacks': {
    use: SORA,
    scene: { negative_prompt: 'blur' },
    said: 'unoffered-word blur',
    mendedBy: ['drop'],
  },
  'a ratio not offered': {
    use: SORA,
    scene: { aspect_ratio: 'square' },
    said: 'unoffered-word square',
  },
  'frames for a model without': {
    use: O3,
    scene: { first_frame: LINK },
    said: `unoffered-word ${LINK}`,
    mendedBy: ['drop'],
  },
};

/** The key of the scene that a mistake leaves in doubt. */
const inDoubt = (mistake: Mistake): readonly string[] => [
  ...Object.keys(mistake.scene ?? {}),
  ...Object.keys(mistake.defaults ?? {}),
  ...Object.keys(mistake.alias ?? {}),
  ...(mistake.top !== undefined && 'default' in mistake.top ? ['defaults'] : []),
];
const clash = (left: Text, right: Text): boolean =>
  (['top', 'alias', 'defaults', 'scene'] as const).some((part) =>
    Object.keys(left[part] ?? {}).some((key) => key in (right[part] ?? {})),
  );

/** What is said of a manifest with these mistakes, where it is not what should be. */
async function wrongly(
  name: string,
  manifest: string,
  expected: readonly string[],
): Promise<string[]> {
  const found = await said(manifest);
  const same = [...found].sort().join('\n') === [...expected].sort().join('\n');
  return same ? [] : [`with ${name}: said ${found.join(', ')}; expected ${expected.join(', ')}`];
}

/** Of all pairs a sample, in which each mistake meets others of every kind. */
const isTried = (at: number, other: number): boolean => (at + other) % sized(4, 1) === 0;

test.each(Object.entries(LANGUAGE).map(([name, mistake], at) => [name, mistake, at] as const))(
  '%s, alone and with each of the others',
  async (name, mistake, at) => {
    const failures = await wrongly(name, manifestOf(V3, mistake), [mistake.said]);
    for (const [index, [other, breach]] of Object.entries(BREACHES).entries()) {
      if (!isTried(at, index) || clash(mistake, breach)) continue;
      const isEcho = inDoubt(mistake).some(
        (key) =>
          breach.mendedBy?.includes(key) === true &&
          !(key === 'defaults' && breach.defaults !== undefined),
      );
      const expected = isEcho ? [mistake.said] : [mistake.said, breach.said];
      failures.push(...(await wrongly(other, manifestOf(breach.use, mistake, breach), expected)));
    }
    for (const [index, [other, second]] of Object.entries(LANGUAGE).entries()) {
      if (!isTried(at, index) || second === mistake || clash(mistake, second)) continue;
      const expected = [
        ...(second.hides === name ? [] : [mistake.said]),
        ...(mistake.hides === other ? [] : [second.said]),
      ];
      failures.push(...(await wrongly(other, manifestOf(V3, mistake, second), expected)));
    }
    expect(failures).toEqual([]);
  },
);

test.each(Object.entries(BREACHES))('%s, alone', async (_, breach) => {
  expect(await said(manifestOf(breach.use, breach))).toEqual([breach.said]);
});

const TWO =
  'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 }, sora: { use: apimart/sora-2 } }\n';

test.each<[string, string, readonly string[]]>([
  [
    'on unknown models, what every model says',
    '  - { id: a, prompt: x, models: 5, duration: 99, negative_prompt: blur }\n',
    ['wrong-type 5', 'unoffered-word 99'],
  ],
  [
    'on a broken parent',
    '  - { id: a, prompt: 42, models: [kling] }\n  - { id: b, extends: a, duration: 99 }\n',
    ['wrong-type 42', 'unoffered-word 99'],
  ],
  [
    'on a circle that others lead into',
    '  - { id: a, extends: b, models: [kling] }\n  - { id: b, extends: a, duration: 99 }\n  - { id: c, extends: a, resolution: 1024p }\n',
    ['extends-circle b', 'unoffered-word 99', 'unoffered-word 1024p'],
  ],
  [
    'in a second scene of one id',
    '  - { id: a, prompt: x, models: [kling] }\n  - { id: a, prompt: y, duration: 99, models: [kling] }\n',
    ['duplicate-scene a', 'unoffered-word 99', 'renders a/kling'],
  ],
  [
    'on a parent of a bad name',
    '  - { id: big crab, prompt: x, models: [kling] }\n  - { id: b, extends: big crab, duration: 99 }\n',
    ['bad-name big crab', 'unoffered-word 99'],
  ],
  [
    'beside an alias that is misspelt',
    '  - { id: a, prompt: x, models: [kling, kilng], duration: 99 }\n',
    ['unknown-alias kilng', 'unoffered-word 99'],
  ],
  [
    'in a matrix with one bad value',
    '  - { id: "w-${{ matrix.s }}", matrix: { s: [a b, c] }, prompt: x, duration: 99, models: [kling] }\n',
    ['bad-name "w-${{ matrix.s }}"', 'unoffered-word 99'],
  ],
])('all that is wrong: %s', async (_, scenes, expected) => {
  expect(await said(`${TWO}scenes:\n${scenes}`)).toEqual(expected);
});

test('findings of models about a broken scene name its renders', async () => {
  writeFileSync(
    path.join(cwd, 'film.yaml'),
    `${TWO}scenes:\n  - { id: a, prompt: x, audio: yes, duration: 99, takes: 2, models: [kling] }\n`,
  );
  const { project } = await loadManifest('film.yaml', { cwd });
  const [problem] =
    project === undefined
      ? []
      : resolveProject(project, catalogue).diagnostics.filter(
          ({ code }) => code === 'unoffered-word',
        );
  expect(problem?.renders).toEqual(['a/kling', 'a/kling/2']);
});
