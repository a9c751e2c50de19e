/**
 * Reads a clip file: first the box walk, which alone finds truncated files, then the facts of its
 * tracks through mediabunny. Only the index is read into memory, never the media data, whatever the
 * size of the clip.
 */
import { open } from 'node:fs/promises';
import type { InputVideoTrack } from 'mediabunny';
import { walkBoxes } from './boxes.ts';
import type { ClipFacts, ClipProblem } from './facts.ts';
import { loadMediabunny } from './mediabunny.ts';

export type { ClipFacts, ClipProblem } from './facts.ts';

/**
 * Never rejects: what cannot be read, or is not a whole clip, is a problem with a sentence that says
 * why.
 */
export async function readClip(path: string): Promise<ClipFacts | ClipProblem> {
  try {
    const file = await open(path, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile())
        return { kind: 'problem', problem: 'unreadable', message: 'it is not a file' };
      const walked = await walkBoxes(file, stats.size);
      if ('kind' in walked) return walked;
      return await readTracks(path, stats.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    return {
      kind: 'problem',
      problem: 'unreadable',
      message: `the file cannot be read: ${reasonOf(error)}`,
    };
  }
}

async function readTracks(path: string, bytes: number): Promise<ClipFacts | ClipProblem> {
  const { FilePathSource, Input, MP4, QTFF } = await loadMediabunny();
  const input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF] });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video === null)
      return { kind: 'problem', problem: 'no-video', message: 'the file has no video track' };
    const audio = await input.getPrimaryAudioTrack();
    const { packetCount, averagePacketRate } = await video.computePacketStats();
    if (packetCount === 0)
      return { kind: 'problem', problem: 'no-video', message: 'the video track has no pictures' };
    const seconds = (await video.computeDuration()) - Math.max(0, await video.getFirstTimestamp());
    const { displayWidth: width, displayHeight: height } = video;
    if (!(width > 0 && height > 0 && seconds > 0 && Number.isFinite(seconds))) {
      return {
        kind: 'problem',
        problem: 'no-video',
        message: `the video track claims ${width}x${height} and ${seconds} s`,
      };
    }
    if (!(await lastPictureIsThere(video))) {
      return {
        kind: 'problem',
        problem: 'truncated',
        message: 'the clip is incomplete: its last pictures are missing',
      };
    }
    return {
      kind: 'clip',
      width,
      height,
      seconds: Math.round(seconds * 1000) / 1000,
      audio: audio !== null,
      bytes,
      codec: (await video.getCodecParameterString()) ?? video.codec ?? 'unknown',
      ...(averagePacketRate > 0 && Number.isFinite(averagePacketRate)
        ? { fps: Math.round(averagePacketRate * 1000) / 1000 }
        : {}),
    };
  } catch (error) {
    return {
      kind: 'problem',
      problem: 'not-mp4',
      message: `the index of the clip is damaged: ${reasonOf(error)}`,
    };
  } finally {
    input.dispose();
  }
}

/**
 * A media box that claims to go "to the end of the file" hides a cut from the box walk, but not
 * from the index.
 */
async function lastPictureIsThere(video: InputVideoTrack): Promise<boolean> {
  const { EncodedPacketSink } = await loadMediabunny();
  try {
    const packet = await new EncodedPacketSink(video).getPacket(Number.POSITIVE_INFINITY);
    return (
      packet !== null && packet.data.byteLength > 0 && packet.data.byteLength === packet.byteLength
    );
  } catch {
    return false;
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
