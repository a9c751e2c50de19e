/** Names that other models have for the same word, with the name to use here. */
import type { Word } from '../../scene.ts';
import type { Card } from './card.ts';

const NAMES: Readonly<Partial<Record<Word, readonly string[]>>> = {
  negative_prompt: ['negative_prompt'],
  aspect_ratio: ['aspect_ratio', 'size', 'ratio'],
  resolution: ['resolution', 'quality', 'mode'],
  audio: ['audio', 'sound', 'generate_audio'],
  watermark: ['watermark', 'watermark_info', 'aigc_watermark'],
  first_frame: ['image_start', 'first_frame_image'],
  last_frame: ['image_end', 'last_frame_image'],
  shots: ['multi_shot', 'shot_type', 'multi_prompt'],
  elements: ['element_list'],
  seed: ['seed'],
  references: [
    'image_urls',
    'video_urls',
    'audio_urls',
    'video_url',
    'video_list',
    'image_with_roles',
  ],
};

export function otherNames(
  card: Card,
  rule: string,
): Readonly<Record<string, { readonly hint: string; readonly rule: string }>> {
  const told: Record<string, { hint: string; rule: string }> = {};
  for (const [word, names] of Object.entries(NAMES)) {
    const here = fieldOf(word as Word, card);
    for (const name of names)
      told[name] = {
        rule,
        hint: here === undefined ? `This model has no ${word}.` : `Here it is ${here}.`,
      };
  }
  for (const name of ['webhook', 'callback_url', 'language'])
    told[name] = {
      rule,
      hint:
        card.gateway === 'apimart' ? 'APIMart calls it webhook.' : 'EvoLink calls it callback_url.',
    };
  return told;
}

function fieldOf(word: Word, { words, frames, shots, references }: Card): string | undefined {
  const binding = words[word];
  if (typeof binding === 'string') return binding;
  if (typeof binding === 'object') return binding.field;
  if (binding === undefined) return undefined;
  switch (word) {
    case 'first_frame':
    case 'last_frame':
      if (frames === undefined) return undefined;
      if ('first' in frames) return word === 'first_frame' ? frames.first : frames.last;
      return 'list' in frames ? frames.list : frames.roles;
    case 'shots':
      return shots?.inside === undefined ? 'multi_shot and multi_prompt' : `inside ${shots.inside}`;
    case 'references':
      return [references?.images, references?.videos, references?.audios]
        .filter((field) => field !== undefined)
        .join(', ');
    case 'prompt':
    case 'negative_prompt':
    case 'duration':
    case 'aspect_ratio':
    case 'resolution':
    case 'audio':
    case 'watermark':
    case 'seed':
    case 'elements':
    case 'cast':
      return undefined;
  }
}
