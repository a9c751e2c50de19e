/**
 * Every combination of the fields that depend on each other, judged once by the model and once by
 * the sentences of its page.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Json, JsonObject } from '../../src/scene.ts';

type Choices = Readonly<Record<string, readonly (Json | undefined)[]>>;

/** All bodies that take one of the values for every field; `undefined` leaves a field out. */
const bodies = (choices: Choices): JsonObject[] =>
  Object.entries(choices).reduce<JsonObject[]>(
    (made, [name, values]) =>
      made.flatMap((body) =>
        values.map((value) => (value === undefined ? body : { ...body, [name]: value })),
      ),
    [{}],
  );

const images = (count: number): string[] =>
  ['a', 'b', 'c'].slice(0, count).map((name) => `https://example.com/${name}.png`);
const none = undefined;
const oneOf = (value: Json | undefined, ...allowed: readonly Json[]): boolean =>
  value === undefined || allowed.includes(value);
const count = (body: JsonObject): number =>
  (body['image_urls'] as string[] | undefined)?.length ?? 0;

function disagreements(
  name: string,
  choices: Choices,
  isAllowed: (body: JsonObject) => boolean,
): JsonObject[] {
  const model = catalogue.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  const all = bodies({ model: [model.native], ...choices });
  expect(all.length).toBeGreaterThan(100);
  return all.filter(
    (body) =>
      model.check(body, {}).every(({ verdict }) => verdict !== 'refuse') !== isAllowed(body),
  );
}

test('kling-v2-6: pro for sound and last frames, and not both', () => {
  const choices = {
    prompt: ['x'],
    mode: [none, 'std', 'pro', '4k'],
    duration: [none, 5, 10, 7, '5'],
    audio: [none, true, false],
    image_urls: [none, images(1), images(2), images(3)],
  };
  const isAllowed = (body: JsonObject): boolean => {
    const { mode, duration, audio } = body;
    const isPro = mode === 'pro';
    return (
      oneOf(mode, 'std', 'pro') &&
      oneOf(duration, 5, 10) &&
      count(body) <= 2 &&
      (audio !== true || (isPro && count(body) < 2)) &&
      (count(body) < 2 || isPro)
    );
  };
  expect(disagreements('apimart/kling-v2-6', choices, isAllowed)).toEqual([]);
});

test.each([
  ['apimart/sora-2', ['720p']],
  ['apimart/sora-2-pro', ['720p', '1024p', '1080p']],
])('%s', (name, resolutions) => {
  const choices = {
    prompt: [none, 'x'],
    duration: [none, 4, 5, 20, 25],
    resolution: [none, '720p', '1024p', '1080p', '4k'],
    aspect_ratio: [none, '9:16', 'landscape', '1:1'],
    image_urls: [none, images(1), images(2)],
  };
  const isAllowed = (body: JsonObject): boolean =>
    body['prompt'] === 'x' &&
    oneOf(body['duration'], 4, 8, 12, 16, 20) &&
    oneOf(body['resolution'], ...resolutions) &&
    oneOf(body['aspect_ratio'], '16:9', '9:16', 'landscape', 'portrait') &&
    count(body) <= 1;
  expect(disagreements(name, choices, isAllowed)).toEqual([]);
});

const shots = (...durations: readonly Json[]): Json =>
  durations.map((duration, index) => ({ index: index + 1, prompt: 'x', duration }));

test('kling-v3: shots, and what needs what', () => {
  const choices = {
    prompt: [none, 'x'],
    duration: [none, 5, 16],
    multi_shot: [none, true, false],
    shot_type: [none, 'customize', 'intelligence', 'auto'],
    multi_prompt: [none, shots(2, 3), shots(3), shots(5, 0), shots('5'), []],
    last_frame_image: [none, 'https://example.com/z.png'],
    image_urls: [none, images(1), images(2)],
  };
  const isAllowed = (body: JsonObject): boolean => {
    const {
      prompt,
      duration = 5,
      multi_shot: multi,
      shot_type: type,
      multi_prompt: list,
      last_frame_image: last,
    } = body;
    const listed = list as readonly { readonly duration: Json }[] | undefined;
    const durations = (listed ?? []).map((shot) => shot.duration);
    return (
      (multi === true || prompt === 'x') &&
      Number(duration) >= 3 &&
      Number(duration) <= 15 &&
      (multi !== true || type !== undefined) &&
      oneOf(type, 'customize', 'intelligence') &&
      (multi !== true || type !== 'customize' || listed !== undefined) &&
      listed?.length !== 0 &&
      durations.every((each) => typeof each === 'number' && each >= 1) &&
      (listed === undefined ||
        durations.reduce<number>((sum, each) => sum + Number(each), 0) === duration) &&
      count(body) <= 2 &&
      (last === undefined || count(body) === 1)
    );
  };
  expect(disagreements('apimart/kling-v3', choices, isAllowed)).toEqual([]);
});

test('kling-o3: shots, and what needs what', () => {
  const inner = bodies({
    multi_shot: [none, true, false],
    shot_type: [none, 'customize', 'intelligence'],
    multi_prompt: [
      none,
      shots('2', '3'),
      shots('3'),
      shots(5),
      shots('5', '0'),
      shots('2.5', '2.5'),
      [],
    ],
  });
  const choices = {
    prompt: [none, 'x'],
    duration: [none, 5, 16],
    quality: [none, 'pro'],
    sound: [none, true],
    model_params: [none, ...inner],
  };
  const isAllowed = (body: JsonObject): boolean => {
    const { prompt, duration = 5, quality, sound } = body;
    const {
      multi_shot: multi,
      shot_type: type,
      multi_prompt: list,
    } = (body['model_params'] ?? {}) as JsonObject;
    const listed = list as readonly { readonly duration: Json }[] | undefined;
    const durations = (listed ?? []).map((shot) => shot.duration);
    const isCustomised = multi === true && type === 'customize';
    return (
      (isCustomised || prompt === 'x') &&
      Number(duration) >= 3 &&
      Number(duration) <= 15 &&
      oneOf(quality, '720p', '1080p', '4k') &&
      oneOf(sound, 'on', 'off') &&
      (multi !== true || type !== undefined) &&
      oneOf(type, 'customize') &&
      (!isCustomised || listed !== undefined) &&
      listed?.length !== 0 &&
      durations.every((each) => typeof each === 'string' && /^\d+$/.test(each)) &&
      (listed === undefined ||
        durations.reduce<number>((sum, each) => sum + Number(each), 0) === duration)
    );
  };
  expect(disagreements('evolink/kling-o3-text-to-video', choices, isAllowed)).toEqual([]);
});
