/** First and last frame as APIMart's kling models take them: a list of one or two links. */
import type { Words } from '../../scene.ts';
import { list } from '../fields.ts';
import type { Rule } from '../rule.ts';
import type { Translator } from '../translation.ts';

/** `first_frame` and `last_frame` -> `image_urls`. */
export function translateFrames({ first_frame, last_frame }: Words, into: Translator): void {
  if (first_frame !== undefined) {
    into.set(
      'image_urls',
      last_frame === undefined ? [first_frame] : [first_frame, last_frame],
      ['first_frame'],
      {
        'image_urls.0': ['first_frame'],
        ...(last_frame === undefined ? {} : { 'image_urls.1': ['last_frame'] as const }),
      },
    );
  } else if (last_frame !== undefined) {
    into.refuse(
      'last_frame',
      'last_frame without first_frame: the service takes a last frame only together with a first one',
      {
        hint: 'Add first_frame, or use the image as first_frame.',
      },
    );
  }
}

/**
 * R7: the schema holds the bound; an empty list is allowed by no word of the page, and forbidden by
 * none.
 */
export const r7: readonly Rule[] = [
  {
    rule: 'R7',
    text: 'At most two image_urls: the first frame, or first and last frame.',
    verdict: 'refuse',
    mark: 'seed',
    fields: ['image_urls', 'image_urls.*'],
  },
  {
    rule: 'R7',
    text: 'An empty list of image_urls is taken as no image.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['image_urls'],
    *breaches(body) {
      if (list(body, 'image_urls')?.length === 0) {
        yield {
          path: ['image_urls'],
          message: 'image_urls is an empty list',
          hint: 'Leave image_urls out to make a video from text.',
        };
      }
    },
  },
];
