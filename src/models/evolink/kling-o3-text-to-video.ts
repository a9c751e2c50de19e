/**
 * kling-o3-text-to-video through EvoLink. The page (Korean) leaves the inside of model_params and
 * 4k out; both come from EvoLink's own client, whose parameter tables are generated from later docs
 * (evolink-mcp).
 */
import * as z from 'zod';
import { fromEvolinkCredits } from '../../money.ts';
import { RATIOS, type JsonObject, type Ratio, type Resolution, type Words } from '../../scene.ts';
import { defineModel, type Merging } from '../define.ts';
import { field, isObject, object, objects, text, whole, withField, without } from '../fields.ts';
import type { Price } from '../model.ts';
import { isCustomised, SHOT_STRINGS } from '../rules/kling-o3-shots.ts';
import { CUSTOMISED, klingO3Rules, MOVED, SOUND_WORDS } from '../rules/kling-o3.ts';
import { checkReferences, translateElementIds } from '../shared/element-ids.ts';
import { replaceReferences } from '../shared/references.ts';
import { listedShots, translateShotSum } from '../shared/shots.ts';
import type { Translator } from '../translation.ts';

const SECONDS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const QUALITIES = ['720p', '1080p', '4k'] as const satisfies readonly Resolution[];
const PROMPT = 2500;

const body = z.strictObject({
  model: z.literal('kling-o3-text-to-video'),
  prompt: z
    .string()
    .meta({
      title: 'Prompt',
      description: `At most ${PROMPT} characters; not sent with shots of your own. <<<element_1>>> means the first element.`,
    })
    .optional(),
  duration: z
    .int()
    .min(3)
    .max(15)
    .meta({ title: 'Duration', description: 'Whole seconds, 3 to 15. Default 5.' })
    .optional(),
  aspect_ratio: z
    .enum(RATIOS)
    .meta({ title: 'Aspect ratio', description: 'Default 16:9.' })
    .optional(),
  quality: z.enum(QUALITIES).meta({ title: 'Quality', description: 'Default 720p.' }).optional(),
  sound: z
    .enum(['on', 'off'])
    .meta({ title: 'Sound', description: 'The text on or off. Default off.' })
    .optional(),
  model_params: z
    .strictObject({
      multi_shot: z
        .boolean()
        .meta({ title: 'Several shots', description: 'Needs shot_type customize. Default false.' })
        .optional(),
      shot_type: z
        .enum(['customize'])
        .meta({ title: 'Shot type', description: 'Only customize: the shots of multi_prompt.' })
        .optional(),
      multi_prompt: z
        .array(
          z.strictObject({
            index: z.int(),
            prompt: z.string(),
            duration: z
              .string()
              .regex(/^-?\d{1,6}$/, 'it must be a whole number in quotes')
              .meta({ description: 'Whole seconds, as a text.', examples: ['2'] }),
          }),
        )
        .min(1)
        .max(6)
        .meta({
          title: 'Shots',
          description:
            '1 to 6 shots; index counts from 1; durations are texts and add up to duration.',
        })
        .optional(),
      element_list: z
        .array(z.strictObject({ element_id: z.string().min(1) }))
        .max(7)
        .meta({ title: 'Elements', description: 'Up to 7 elements made beforehand.' })
        .optional(),
      watermark_info: z
        .strictObject({ enabled: z.boolean() })
        .meta({ title: 'Watermark' })
        .optional(),
    })
    .meta({ title: 'Model parameters' })
    .optional(),
  callback_url: z
    .string()
    .meta({
      title: 'Callback',
      description: 'HTTPS URL of a public host that is told when the task ends.',
    })
    .optional(),
});

export const klingO3TextToVideo = defineModel({
  gateway: 'evolink',
  native: 'kling-o3-text-to-video',
  title: 'Kling o3, text to video (EvoLink)',
  sources: [
    { text: 'EvoLink API page kling-o3-text-to-video, Korean', read: '2026-11-20' },
    {
      text: 'github EvoLinkAI/evolink-mcp, packages/core/src/data/model-params.generated.ts',
      read: '2026-11-20',
    },
  ],
  lifecycle: { state: 'listed', asOf: '2026-11-20' },
  body,
  profiles: { legacy: 'The page without 4k: quality 720p or 1080p.' },
  offers: {
    duration: SECONDS,
    resolution: QUALITIES,
    aspect_ratio: RATIOS,
    unsupported: ['negative_prompt', 'first_frame', 'last_frame'],
    promptCodePoints: PROMPT,
  },
  defaults: { duration: 5, aspect_ratio: '16:9', quality: '720p', sound: 'off' },
  deliveryFields: ['callback_url'],
  notifyField: 'callback_url',
  rules: klingO3Rules,
  misplaced: {
    audio: { rule: 'E13', hint: 'Here it is sound: "on" or "off".' },
    mode: { rule: 'E13', hint: 'Here it is quality: 720p, 1080p or 4k.' },
    watermark: {
      rule: 'E13',
      hint: 'Here it is model_params: { watermark_info: { enabled: true } }.',
    },
    negative_prompt: {
      rule: 'E13',
      hint: 'This model takes none: say in the prompt what should be seen.',
    },
    image_urls: { rule: 'E13', hint: 'This model makes videos from text alone.' },
    image_start: { rule: 'E13', hint: 'This model makes videos from text alone.' },
    image_end: { rule: 'E13', hint: 'This model makes videos from text alone.' },
    last_frame_image: { rule: 'E13', hint: 'This model makes videos from text alone.' },
    multi_shot: { rule: 'E14', hint: 'It belongs inside model_params.' },
    shot_type: { rule: 'E14', hint: 'It belongs inside model_params.' },
    multi_prompt: { rule: 'E14', hint: 'It belongs inside model_params.' },
    element_list: {
      rule: 'E14',
      hint: 'It belongs inside model_params, as a list of { element_id }.',
    },
    watermark_info: { hint: 'It belongs inside model_params.' },
    resolution: { hint: 'Here it is quality: 720p, 1080p or 4k.' },
    size: { hint: 'Here it is aspect_ratio.' },
    webhook: { hint: 'EvoLink calls it callback_url.' },
    language: { hint: 'EvoLink has no language of error texts.' },
  },
  translate,
  normalise,
  price,
  asked: (body) => ({
    seconds: whole(body, 'duration') ?? 5,
    resolution: (text(body, 'quality') ?? '720p') as Resolution,
    ratio: (text(body, 'aspect_ratio') ?? '16:9') as Ratio,
    audio: text(body, 'sound') === 'on',
  }),
});

function translate(words: Words, into: Translator): void {
  const {
    duration,
    resolution,
    aspect_ratio,
    audio,
    watermark,
    first_frame,
    last_frame,
    negative_prompt,
    shots,
    elements,
  } = words;
  const names = (elements ?? []).map(({ name }) => name);
  const native = (prompt: string): string =>
    replaceReferences(prompt, names, (name) => `<<<element_${names.indexOf(name) + 1}>>>`);
  if (words.prompt !== undefined) into.set('prompt', native(words.prompt), ['prompt']);
  const listed = listedShots(words);
  if (listed !== undefined) translateShotSum(words, listed, into);
  else if (
    duration !== undefined &&
    into.offered('duration', duration, SECONDS, 'E1') !== undefined
  )
    into.set('duration', duration, ['duration']);
  if (aspect_ratio !== undefined) into.set('aspect_ratio', aspect_ratio, ['aspect_ratio']);
  if (
    resolution !== undefined &&
    into.offered('resolution', resolution, QUALITIES, 'E3') !== undefined
  )
    into.set('quality', resolution, ['resolution']);
  if (audio !== undefined) into.set('sound', audio ? 'on' : 'off', ['audio']);
  if (listed !== undefined) {
    into.setBelow('model_params', 'multi_shot', true, ['shots']);
    into.setBelow('model_params', 'shot_type', 'customize', ['shots']);
    into.setBelow(
      'model_params',
      'multi_prompt',
      listed.map((shot, index) => ({
        index: index + 1,
        prompt: native(shot.prompt),
        duration: String(shot.duration),
      })),
      ['shots'],
      Object.fromEntries(
        listed.flatMap((_, index) => [
          [`model_params.multi_prompt.${index}`, ['shots', index]],
          [`model_params.multi_prompt.${index}.prompt`, ['shots', index, 'prompt']],
          [`model_params.multi_prompt.${index}.duration`, ['shots', index, 'duration']],
        ]),
      ),
    );
  } else if (shots === 'auto') {
    into.refuse('shots', 'this model does not split a prompt into shots by itself', {
      rule: 'E7',
      hint: 'List the shots, or use apimart/kling-v3, which can.',
    });
  }
  if (elements !== undefined) {
    translateElementIds(elements, into);
    checkReferences(words, names, into);
  }
  if (watermark !== undefined) {
    into.setBelow('model_params', 'watermark_info', { enabled: watermark }, ['watermark'], {
      'model_params.watermark_info.enabled': ['watermark'],
    });
  }
  if (negative_prompt !== undefined) into.unsupported('negative_prompt');
  if (first_frame !== undefined)
    into.unsupported('first_frame', ': it makes videos from text alone');
  if (last_frame !== undefined) into.unsupported('last_frame', ': it makes videos from text alone');
}

function normalise(merged: JsonObject, { params, note, moved }: Merging): JsonObject {
  let body = merged;
  for (const name of ['multi_shot', 'shot_type', 'multi_prompt', 'element_list']) {
    const value = field(body, name);
    const given = object(params, 'model_params');
    // What is not an object holds nothing, and the schema refuses it where it stands.
    if (!isObject(field(body, 'model_params') ?? {})) continue;
    // In both places: which one is meant is the writer's to say, and the rule refuses the one at
    // the top.
    if (value === undefined || (given !== undefined && Object.hasOwn(given, name))) continue;
    body = withField(without(body, name), 'model_params', {
      ...object(body, 'model_params'),
      [name]: value,
    });
    moved(['model_params', name], [name]);
    note(MOVED, { path: ['model_params', name], message: `${name} is sent inside model_params` });
  }
  const sound = field(body, 'sound');
  if (typeof sound === 'boolean') {
    body = withField(body, 'sound', sound ? 'on' : 'off');
    note(SOUND_WORDS, {
      path: ['sound'],
      message: `sound ${String(sound)} is sent as "${sound ? 'on' : 'off'}"`,
    });
  }
  body = withShotStrings(body, note);
  if (isCustomised(body) && text(body, 'prompt') !== undefined) {
    body = without(body, 'prompt');
    note(CUSTOMISED, { path: ['prompt'], message: 'prompt is not sent: the shots replace it' });
  }
  return body;
}

/** E9: whole numbers become texts. */
function withShotStrings(body: JsonObject, note: Merging['note']): JsonObject {
  const parent = object(body, 'model_params');
  const shots = parent === undefined ? undefined : field(parent, 'multi_prompt');
  if (parent === undefined || !Array.isArray(shots)) return body;
  const converted = new Map(
    objects(shots).flatMap(([index, shot]) => {
      const seconds = whole(shot, 'duration');
      return seconds === undefined
        ? []
        : [[index, withField(shot, 'duration', String(seconds))] as const];
    }),
  );
  if (converted.size === 0) return body;
  note(SHOT_STRINGS, {
    path: ['model_params', 'multi_prompt'],
    message: 'shot durations are sent as texts',
  });
  return withField(
    body,
    'model_params',
    withField(
      parent,
      'multi_prompt',
      shots.map((shot, index) => converted.get(index) ?? shot),
    ),
  );
}

/**
 * EvoLink's public price rules as saved in its command-line client, 2026-10-10. Credits per second,
 * times a factor.
 */
const CREDITS_PER_SECOND = 5.4;
const LEAST_CREDITS = 16.2;
const FACTORS: Readonly<Record<string, number>> = {
  '720p off': 1,
  '1080p off': 1.334,
  '4k off': 5,
  '720p on': 1.334,
  '1080p on': 1.667,
  '4k on': 5,
};

function price(body: JsonObject): Price {
  const factor = FACTORS[`${text(body, 'quality') ?? '720p'} ${text(body, 'sound') ?? 'off'}`];
  if (factor === undefined)
    return { kind: 'unknown', why: 'no price is known for this quality and sound' };
  // Half up; to how many decimals EvoLink rounds is not stated. Ten-thousandths keep every figure
  // of its own examples.
  const credits =
    Math.round(
      Math.max(LEAST_CREDITS, CREDITS_PER_SECOND * (whole(body, 'duration') ?? 5) * factor) * 1e4,
    ) / 1e4;
  return {
    kind: 'estimated',
    usd: fromEvolinkCredits(credits),
    credits,
    asOf: '2026-10-10',
    source: 'EvoLink price rules as in its command-line client',
  };
}
