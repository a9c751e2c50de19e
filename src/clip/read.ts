/**
 * Reads a clip file: first the box walk, which alone finds truncated files, then the facts of its
 * tracks. Those of an ordinary clip come from its boxes, all others from mediabunny. Only the index
 * is read into memory, never the media data, whatever the size of the clip.
 */
import type { InputVideoTrack } from 'mediabunny';
import { type Walked, walkBoxes } from './boxes.ts';
import { excessOf } from './claims.ts';
import type { ClipFacts, ClipProblem } from './facts.ts';
import { FileBytes } from './file-bytes.ts';
import { loadMediabunny } from './mediabunny.ts';
import { packetFlaw } from './packets.ts';
import { readPlainClip } from './plain-clip.ts';
import { readFragments, readIndex } from './track-index.ts';

export type { ClipFacts, ClipProblem } from './facts.ts';

export interface ReadOptions {
  /** Reads all pictures too, and looks whether they are some. Default false: the index alone. */
  readonly pictures?: boolean;
}

/**
 * Never rejects: what cannot be read, or is not a whole clip, is a problem with a sentence that
 * says why.
 */
export async function readClip(
  path: string,
  { pictures = false }: ReadOptions = {},
): Promise<ClipFacts | ClipProblem> {
  try {
    const file = FileBytes.open(path);
    try {
      const walked = await walkBoxes(file);
      if ('kind' in walked) return walked;
      const excess = await excessOf(file, walked.boxes);
      if (excess !== undefined) return excess;
      const read = await readLayout(file, walked);
      if ('kind' in read) return read;
      const facts =
        (await readPlainClip(file, walked, pictures)) ?? (await readTracks(file, pictures));
      return facts.kind === 'problem' ? facts : completed(facts, read);
    } finally {
      file.close();
    }
  } catch (error) {
    return {
      kind: 'problem',
      problem: 'unreadable',
      message: isNoFile(error) ? 'it is not a file' : `the file cannot be read: ${reasonOf(error)}`,
    };
  }
}

/** Facts in the boxes that the metadata parser does not report. */
interface Layout {
  /** End of the pictures in fragments behind an index that lists pictures itself. */
  readonly fragmentSeconds?: number;
  readonly flaws: readonly string[];
}

/** Stray bytes of a whole clip are a few; more are a part of it that was overwritten. */
const FEW_STRAY_BYTES = 64 * 1024;
/** Of the parts of the file that were read: with eight downloads at once it is held eight times. */
const CACHE_BYTES = 2 * 1024 * 1024;
/**
 * An empty box that the library finds behind the file. Its last four bytes would lead to a list of
 * fragments (`mfra`), and the library reads a fragment wherever that list says that there is one.
 */
const TAIL = Buffer.from('00000010667265650000000000000000', 'hex');
/** Times in an index are rounded to its own ticks. */
const PROMISE_TOLERANCE_SECONDS = 0.5;

async function readLayout(
  file: FileBytes,
  { boxes, strayBytes }: Walked,
): Promise<Layout | ClipProblem> {
  const flaws: string[] = [];
  const clips = boxes.filter(({ type }) => type === 'moov').length;
  if (clips > 1)
    flaws.push(`the file holds ${clips} clips, one behind the other; only the first is played`);
  if (strayBytes > FEW_STRAY_BYTES)
    flaws.push(`the last ${strayBytes} bytes of the file are not part of the clip`);
  const index = await readIndex(file, boxes);
  if (index?.isEncrypted === true)
    return {
      kind: 'problem',
      problem: 'encrypted',
      message: 'the clip is encrypted: it cannot be played without a key',
      videoEnding: '.mp4',
    };
  const video = index?.tracks.find(({ isVideo, timescale }) => isVideo && timescale > 0);
  if (index === undefined || video === undefined || !boxes.some(({ type }) => type === 'moof'))
    return { flaws };
  const totals = (await readFragments(file, boxes, index)).get(video.id);
  const seconds = Math.max(video.ticks, totals?.endTicks ?? 0) / video.timescale;
  const promised = index.promisedSeconds;
  if (promised !== undefined && seconds < promised - PROMISE_TOLERANCE_SECONDS)
    flaws.push(`its index promises ${promised.toFixed(1)} s, ${seconds.toFixed(1)} s are there`);
  return { flaws, ...(video.samples > 0 && { fragmentSeconds: seconds }) };
}

function completed(facts: ClipFacts, { fragmentSeconds, flaws: ofFile }: Layout): ClipFacts {
  const flaws = [...ofFile, ...(facts.flaws ?? [])];
  return {
    ...facts,
    seconds: Math.max(facts.seconds, Math.round((fragmentSeconds ?? 0) * 1000) / 1000),
    ...(flaws.length > 0 && { flaws }),
  };
}

async function readTracks(file: FileBytes, pictures: boolean): Promise<ClipFacts | ClipProblem> {
  const { CustomSource, Input, MP4, QTFF } = await loadMediabunny();
  const source = new CustomSource({
    getSize: () => file.size + TAIL.length,
    read: async (start, end) => {
      const read = await file.read(start, end - start);
      if (end <= file.size) return read;
      return Buffer.concat([read, TAIL.subarray(Math.max(0, start - file.size), end - file.size)]);
    },
    prefetchProfile: 'fileSystem',
    maxCacheSize: CACHE_BYTES,
  });
  const input = new Input({ source, formats: [MP4, QTFF] });
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
    const flaw = pictures ? await packetFlaw(video, file.size) : undefined;
    return {
      kind: 'clip',
      width,
      height,
      seconds: Math.round(seconds * 1000) / 1000,
      audio: audio !== null,
      bytes: file.size,
      codec: (await video.getCodecParameterString()) ?? video.codec ?? 'unknown',
      ...(averagePacketRate > 0 && Number.isFinite(averagePacketRate)
        ? { fps: Math.round(averagePacketRate * 1000) / 1000 }
        : {}),
      ...(flaw !== undefined && { flaws: [flaw] }),
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

const isNoFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'EINVAL');

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
