/** The portable words of a scene as plain values, as every model is asked to translate them. */
import { defined } from '../../defined.ts';
import type { Alias, SceneId } from '../../ids.ts';
import { type Frame, type FrameReference, referenceText } from '../../pictures/frame-text.ts';
import { type LocatedMap, plain, RATIO_WORDS, WORDS, type Words } from '../../scene.ts';

/** An edge as the manifest room has checked it. */
interface FrameWord {
  readonly scene: string;
  readonly frame: Frame;
  readonly model?: string;
  readonly take?: number;
}

const asReference = ({ scene, frame, model, take }: FrameWord): FrameReference => ({
  scene: scene as SceneId,
  frame,
  ...(model === undefined ? {} : { alias: model as Alias }),
  ...defined({ take }),
});

/**
 * The manifest room has checked the shapes; words for ratios (`portrait`) become the ratios here.
 */
export function wordsOf(merged: LocatedMap): Words {
  const words: Record<string, unknown> = {};
  for (const word of WORDS) {
    const entry = merged.entries.get(word);
    if (entry !== undefined) words[word] = plain(entry.value);
  }
  const cast = merged.entries.get('cast');
  if (cast !== undefined) words['cast'] = plain(cast.value);
  for (const word of ['first_frame', 'last_frame'] as const) {
    const frame = words[word];
    if (typeof frame === 'object' && frame !== null)
      words[word] = referenceText(asReference(frame as FrameWord));
  }
  const ratio = words['aspect_ratio'];
  if (typeof ratio === 'string' && Object.hasOwn(RATIO_WORDS, ratio))
    words['aspect_ratio'] = RATIO_WORDS[ratio as keyof typeof RATIO_WORDS];
  return words;
}
