/** The frames of other clips that a request needs. */
import { isFrameText, readReference } from '../../../pictures/frame-text.ts';
import { withPlaceholders } from '../../../pictures/placeholder.ts';
import type { JsonObject, Words } from '../../../scene.ts';
import type { UsedFrame } from '../../plan.ts';

/** In the order of the body. Only what the words say: any other text is a text. */
export function usedFrames(
  request: JsonObject,
  { first_frame, last_frame, prompt }: Words,
): UsedFrame[] {
  const said = new Set(
    [first_frame, last_frame].filter((text) => text !== undefined && isFrameText(text)),
  );
  if (said.size === 0) return [];
  const used: UsedFrame[] = [];
  withPlaceholders(request, (text, at) => {
    const reference = said.has(text) ? readReference(text) : undefined;
    // A prompt of just such a text stays what it is.
    if (reference !== undefined && (at[0] !== 'prompt' || text !== prompt))
      used.push({ at, placeholder: text, reference });
    return text;
  });
  return used;
}
