/** Pictures of the repository and frames of other clips in a request. */
import { readFrame } from '../../pictures/frame-text.ts';
import { readPlaceholder, withPlaceholders } from '../../pictures/placeholder.ts';
import type { JsonObject } from '../../scene.ts';
import type { PageUse } from './page-data.ts';

/**
 * In the order of the request, each once. `addressOf`: where the page finds a picture with this
 * digest; `undefined` if it has none.
 */
export function usesOf(
  request: JsonObject,
  addressOf: (sha256: string) => string | undefined,
): readonly PageUse[] {
  const uses = new Map<string, PageUse>();
  withPlaceholders(request, (text, at) => {
    const use = useOf(text, at.join('.'), addressOf);
    if (use !== undefined && !uses.has(text)) uses.set(text, use);
    return text;
  });
  return [...uses.values()];
}

function useOf(
  text: string,
  at: string,
  addressOf: (sha256: string) => string | undefined,
): PageUse | undefined {
  const picture = readPlaceholder(text);
  if (picture !== undefined) {
    const src = addressOf(picture.sha256);
    return { kind: 'picture', at, path: picture.path, ...(src === undefined ? {} : { src }) };
  }
  const frame = readFrame(text);
  return frame && { kind: 'frame', at, render: frame.render, frame: frame.frame };
}
