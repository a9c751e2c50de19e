/**
 * Slates for tests that do not look at the picture: one is drawn for each size, length and sound.
 */
import { drawSlate, type SlateSpec } from '../../src/clip/slate/slate.ts';

const drawn = new Map<string, Promise<Uint8Array>>();

/**
 * What would be written on it is in a box at its end that players skip: other renders have other
 * bytes, and the same one always has the same. With a picture in it, it is drawn as asked.
 */
export async function sharedSlate(spec: SlateSpec): Promise<Uint8Array> {
  if (spec.background !== undefined || spec.opening !== undefined) return drawSlate(spec);
  const { width, height, seconds, audio } = spec;
  const key = `${width}x${height} ${seconds} ${String(audio)}`;
  let clip = drawn.get(key);
  if (clip === undefined) {
    const lines = { scene: 'any', model: 'any', prompt: 'any', details: [] };
    clip = drawSlate({ ...spec, lines });
    drawn.set(key, clip);
  }
  const text = Buffer.from(JSON.stringify(spec.lines));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + text.length);
  head.write('free', 4, 'latin1');
  return Buffer.concat([await clip, head, text]);
}
