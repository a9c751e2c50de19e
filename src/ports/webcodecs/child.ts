/**
 * Separate process: one frame of a clip as PNG, by the optional package `node-webcodecs`. Native
 * code that meets a stranger's file may crash, and must not take a run with it. Arguments: the file
 * of the clip, the frame, the file to write; none: only whether the package can be used.
 */
import { writeFile } from 'node:fs/promises';
import { FilePathSource, Input, MP4, QTFF, VideoSampleSink } from 'mediabunny';
import { pngOf } from './png-of.ts';

async function writeFrame(clip: string, frame: string, file: string): Promise<void> {
  const input = new Input({ source: new FilePathSource(clip), formats: [MP4, QTFF] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error('it has no video');
    const first = await track.getFirstTimestamp();
    // The one that is shown at that time; the last one is shown until the end.
    const at =
      frame === 'first'
        ? first
        : frame === 'last'
          ? await track.computeDuration()
          : Math.max(first, Number(frame) + 0.0005);
    const sample = await new VideoSampleSink(track).getSample(at);
    if (sample === null) throw new Error('there is no such frame');
    try {
      if (sample.rotation !== 0)
        throw new Error('it is stored turned; install ffmpeg, which turns it');
      const { width, height } = sample.visibleRect;
      const asRgba = { format: 'RGBA', layout: [{ offset: 0, stride: width * 4 }] };
      const rgba = new Uint8Array(sample.allocationSize(asRgba));
      await sample.copyTo(rgba, asRgba);
      await writeFile(file, pngOf(width, height, rgba));
    } finally {
      sample.close();
    }
  } finally {
    input.dispose();
  }
}

try {
  // By a name that no bundler and no type checker follows: it is installed or it is not. It makes
  // `VideoDecoder` and its kin global, which mediabunny looks for.
  const name = 'node-webcodecs/register';
  await import(name);
  const [clip, frame, file] = process.argv.slice(2);
  if (clip !== undefined && frame !== undefined && file !== undefined)
    await writeFrame(clip, frame, file);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
