import { drawSlate } from '../../src/clip/slate/slate.ts';

/**
 * The clip that a strict server delivers for anything. Frames of it are pictures of the next
 * request, which must meet the limits of the model.
 */
export const strictClip = (): Promise<Uint8Array> =>
  drawSlate({
    lines: { scene: 'a', model: 'b', prompt: 'c', details: [] },
    width: 640,
    height: 360,
    seconds: 1,
    audio: false,
  });
