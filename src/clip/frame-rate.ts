/** How many pictures a second a clip has: from its index alone, some 1 ms a file. */
import { walkBoxes } from './boxes.ts';
import { FileBytes } from './file-bytes.ts';
import { readClip } from './read.ts';
import { readIndex } from './track-index.ts';

/** Average over the clip. `undefined` if the file does not say, or is not a clip. Never rejects. */
export async function frameRateOf(path: string): Promise<number | undefined> {
  try {
    const file = FileBytes.open(path);
    try {
      const walked = await walkBoxes(file);
      if ('kind' in walked) return undefined;
      // The index does not cover the fragments.
      if (walked.boxes.some(({ type }) => type === 'moof')) return await slowly(path);
      const index = await readIndex(file, walked.boxes);
      const video = index?.tracks.find(({ isVideo }) => isVideo);
      if (video === undefined || video.ticks === 0) return undefined;
      const rate = (video.samples * video.timescale) / video.ticks;
      return Math.round(rate * 1000) / 1000;
    } finally {
      file.close();
    }
  } catch {
    return undefined;
  }
}

async function slowly(path: string): Promise<number | undefined> {
  const facts = await readClip(path);
  return facts.kind === 'clip' ? facts.fps : undefined;
}
