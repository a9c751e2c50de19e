/** The cast: `@name` on every model in its own way, and only what is mentioned. */
import { describe, expect, test } from 'vitest';
import { loadManifest } from '../../../src/manifest/read.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import type { Resolved } from '../../../src/plan/plan.ts';
import { onDisk } from '../../manifest/project-on-disk.ts';
import { png, sample } from '../../pictures/sample-pictures.ts';

const FRONT = 'https://example.com/front.png';
const SIDE = 'https://example.com/side.png';
const BARN = 'https://example.com/barn.png';

const MODELS = {
  kling: 'apimart/kling-v3',
  omni: 'apimart/kling-v3-omni',
  sd: 'apimart/seedance-2.0',
  o3: 'evolink/kling-o3-image-to-video',
  ref: 'evolink/seedance-2.0-reference-to-video',
  veo: 'evolink/veo-3.1-generate-preview',
  sora: 'apimart/sora-2-pro',
} as const;
const CAST = `
  keeper: { description: a lighthouse keeper, images: ["${FRONT}", "${SIDE}"], ids: { evolink: "77" } }
  dog: { description: a small dog, images: ["${BARN}"] }
  boat: { description: a red boat }
`;

async function resolved(
  scene: string,
  {
    on = Object.keys(MODELS),
    cast = CAST,
    files = {},
  }: {
    readonly on?: readonly string[];
    readonly cast?: string;
    readonly files?: Readonly<Record<string, Uint8Array>>;
  } = {},
): Promise<Resolved> {
  const models = on.map((alias) => `${alias}: { use: ${MODELS[alias as keyof typeof MODELS]} }`);
  const text = `rushes: 1\nmodels: { ${models.join(', ')} }\ncast:${cast}\nscenes:\n  - { id: a, ${scene} }\n  - { id: all, prompt: "@keeper @dog @boat", models: [${on[0]}], skip: true }\n`;
  const { project, diagnostics } = await loadManifest('film.yaml', {
    cwd: onDisk({ 'film.yaml': text, ...files }),
  });
  if (project === undefined) throw new Error(diagnostics.map(({ message }) => message).join());
  const made = resolveProject(project, catalogue);
  return { ...made, diagnostics: [...diagnostics, ...made.diagnostics] };
}
const requestOf = ({ renders }: Resolved, id: string): unknown =>
  renders.find((render) => render.id === id)?.request;
const problems = ({ diagnostics }: Resolved): string[] =>
  diagnostics
    .filter(({ code }) => code !== 'retiring-model')
    .map(({ code, message }) => `${code}: ${message}`);

describe('a mention becomes what the model has', () => {
  test('an element; what has too few pictures, and what has none, in words with a note', async () => {
    const made = await resolved('prompt: "@keeper walks @dog to @boat"', { on: ['kling'] });
    expect(requestOf(made, 'a/kling')).toMatchObject({
      prompt: '@keeper walks a small dog to a red boat',
      element_list: [
        {
          name: 'keeper',
          description: 'a lighthouse keeper',
          element_input_urls: [FRONT, SIDE],
        },
      ],
    });
    expect(made.renders[0]?.notes).toEqual([
      '@dog is sent as its description: an element needs 2 pictures here, and it has 1',
      '@boat is sent as its description: an element needs 2 pictures here, and it has none',
    ]);
  });

  test('numbered pictures, by first mention and behind those of the scene', async () => {
    const scene = `prompt: "@dog and @keeper, @dog", references: ["https://example.com/own.png"]`;
    const made = await resolved(scene, { on: ['ref', 'omni'] });
    expect(requestOf(made, 'a/ref')).toMatchObject({
      prompt: '@image2 and @image3 @image4, @image2',
      image_urls: ['https://example.com/own.png', BARN, FRONT, SIDE],
    });
    expect(requestOf(made, 'a/omni')).toMatchObject({
      prompt: '<<<image_2>>> and @keeper, <<<image_2>>>',
      image_urls: ['https://example.com/own.png', BARN],
      element_list: [{ name: 'keeper' }],
    });
  });

  test('an id where elements are made beforehand; frames are counted before pictures', async () => {
    const scene = 'prompt: "@dog and @keeper", first_frame: "https://example.com/one.png"';
    const made = await resolved(scene, { on: ['o3'] });
    expect(requestOf(made, 'a/o3')).toMatchObject({
      prompt: '<<<image_2>>> and <<<element_1>>>',
      image_start: 'https://example.com/one.png',
      image_urls: [BARN],
      model_params: { element_list: [{ element_id: '77' }] },
    });
  });

  test('pictures beside the description where prompts cannot number them', async () => {
    const made = await resolved('prompt: "@keeper waits", duration: 8', { on: ['sd', 'veo'] });
    for (const id of ['a/sd', 'a/veo'])
      expect(requestOf(made, id)).toMatchObject({
        prompt: 'a lighthouse keeper waits',
        image_urls: [FRONT, SIDE],
      });
  });

  test('words alone where there is nothing else, also because frames take the place', async () => {
    const scene =
      'prompt: "@keeper waits", duration: 8, first_frame: "https://example.com/one.png"';
    const made = await resolved(scene, { on: ['sora', 'veo'] });
    for (const [id, why] of [
      ['a/sora', 'the model takes no pictures of it'],
      ['a/veo', 'the model takes frames or references, not both'],
    ] as const) {
      const render = made.renders.find((one) => one.id === id);
      expect(render?.request).toMatchObject({
        prompt: 'a lighthouse keeper waits',
        image_urls: ['https://example.com/one.png'],
      });
      expect(render?.notes.join('\n')).toContain(`@keeper is sent as its description: ${why}`);
    }
  });

  test('in shots too', async () => {
    const scene = 'shots: [{ prompt: "@boat", duration: 2 }, { prompt: "@keeper", duration: 3 }]';
    const made = await resolved(scene, { on: ['kling'] });
    expect(requestOf(made, 'a/kling')).toMatchObject({
      multi_prompt: [{ prompt: 'a red boat' }, { prompt: '@keeper' }],
      element_list: [{ name: 'keeper' }],
    });
  });

  test('an element of the scene keeps its name', async () => {
    const scene = `prompt: "@dog and @boat", elements: [{ name: dog, description: my dog, images: ["${FRONT}", "${SIDE}"] }]`;
    const made = await resolved(scene, { on: ['kling'] });
    expect(requestOf(made, 'a/kling')).toMatchObject({
      prompt: '@dog and a red boat',
      element_list: [{ name: 'dog', description: 'my dog' }],
    });
  });
});

describe('what is wrong', () => {
  test('a name that the cast does not have, with the nearest, once for all models', async () => {
    const made = await resolved('prompt: "@keper and @dog", duration: 4', { on: ['kling', 'ref'] });
    expect(problems(made)).toEqual(['unoffered-word: @keper names no cast member']);
    expect(made.diagnostics[0]).toMatchObject({
      severity: 'warning',
      hint: 'Did you mean @keeper?',
      renders: ['a/kling', 'a/ref'],
    });
  });

  test('a member that no prompt mentions', async () => {
    const cast = `${CAST}  gull: { description: a gull }\n`;
    const made = await resolved('prompt: A crab', { on: ['kling'], cast });
    expect(problems(made)).toEqual(['unused-cast: no prompt mentions @gull']);
  });

  test('a member without words, on a model that needs them, at its place', async () => {
    const cast = `\n  keeper: { images: ["${FRONT}"] }\n  dog: { description: d }\n  boat: { description: b }\n`;
    const made = await resolved('prompt: "@keeper", duration: 4', { on: ['ref', 'sora'], cast });
    expect(problems(made)).toEqual([
      'unoffered-word: @keeper has no description, and this model needs one',
    ]);
    const [{ place } = {}] = made.diagnostics.filter(({ code }) => code === 'unoffered-word');
    expect(place?.source.position(place.start).line).toBe(4);
    expect(requestOf(made, 'a/ref')).toMatchObject({ prompt: '@image1', image_urls: [FRONT] });
  });

  test('a picture that cannot be sent, in the cast', async () => {
    const cast = '\n  keeper: { description: k, images: [none.png] }\n  dog: { description: d }\n';
    const made = await resolved('prompt: "@keeper"', { on: ['kling'], cast });
    expect(problems(made)).toEqual(['no-file: there is no file "none.png"']);
  });
});

describe('a change', () => {
  test('of a member changes the renders that mention it, and no other', async () => {
    const scene = (who: string): string => `prompt: "@${who} waits", duration: 4`;
    const of = async (who: string, cast: string, crab: Uint8Array): Promise<unknown> =>
      (await resolved(scene(who), { on: ['ref'], cast, files: { 'crab.png': crab } })).renders[0]
        ?.fingerprint;
    const cast = CAST.replace(BARN, 'crab.png');
    const [before, after] = [sample('crab.png'), png(640, 360)];
    expect(await of('dog', cast, after)).not.toBe(await of('dog', cast, before));
    expect(await of('keeper', cast, after)).toBe(await of('keeper', cast, before));
    expect(await of('boat', cast.replace('a red boat', 'a blue boat'), before)).not.toBe(
      await of('boat', cast, before),
    );
    expect(await of('dog', cast.replace('a red boat', 'a blue boat'), before)).toBe(
      await of('dog', cast, before),
    );
  });
});
