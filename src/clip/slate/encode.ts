/**
 * Pictures, one a second, into an MP4 file: H.264 by minih264 (WebAssembly), put together by
 * mediabunny with a silent sound track where one is asked for.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { H264MP4Encoder } from 'h264-mp4-encoder';
import { loadMediabunny } from '../mediabunny.ts';
import { silence, SILENCE } from './silence.ts';
import { forgetTimes } from './timeless.ts';
import type { Picture } from './yuv.ts';

let loading: Promise<() => Promise<H264MP4Encoder>> | undefined;

/** Some 40 ms once. */
function loadEncoder(): Promise<() => Promise<H264MP4Encoder>> {
  loading ??= (async () => {
    const before = PROCESS_EVENTS.map((event) => process.listeners(event));
    const loaded: Loaded & { readonly default?: Loaded } = await import('h264-mp4-encoder');
    const create = loaded.createH264MP4Encoder ?? loaded.default?.createH264MP4Encoder;
    if (create === undefined) throw new Error('the package h264-mp4-encoder has no encoder in it');
    const first = await create();
    first.delete();
    // Emscripten adds handlers for errors of the whole process. They are removed: the errors do not
    // concern it.
    for (const [index, event] of PROCESS_EVENTS.entries()) {
      for (const listener of process.listeners(event))
        if (!before[index]?.includes(listener)) process.off(event, listener);
    }
    return create;
  })();
  return loading;
}
/**
 * A CommonJS package: Node finds its functions below `default`, bundlers and tsx find them beside
 * it.
 */
interface Loaded {
  readonly createH264MP4Encoder?: () => Promise<H264MP4Encoder>;
}
const PROCESS_EVENTS = [
  'uncaughtException',
  'unhandledRejection',
] as const as readonly string[] as readonly ['uncaughtException'];

let serial = 0;

/**
 * One picture a second. `pictureAt` may give the same object every time, changed in between. Lets
 * other work in between two pictures.
 */
async function encodePictures(
  seconds: number,
  pictureAt: (second: number) => Promise<Picture>,
): Promise<Uint8Array> {
  const create = await loadEncoder();
  const first = await pictureAt(0);
  const encoder = await create();
  try {
    // The file system of the module is shared by all encoders.
    encoder.outputFilename = `slate-${(serial += 1)}.mp4`;
    encoder.width = first.width;
    encoder.height = first.height;
    encoder.frameRate = 1;
    encoder.speed = 10;
    encoder.quantizationParameter = 28;
    // Every picture is a key frame: a clip that can be cut and searched anywhere, for 10 % more
    // work.
    encoder.groupOfPictures = 1;
    encoder.initialize();
    encoder.addFrameYuv(first.planes);
    for (let second = 1; second < seconds; second++) {
      await breathe();
      encoder.addFrameYuv((await pictureAt(second)).planes);
    }
    encoder.finalize();
    const file = encoder.FS.readFile(encoder.outputFilename);
    encoder.FS.unlink(encoder.outputFilename);
    return file;
  } finally {
    encoder.delete();
  }
}

/** A whole MP4 file with its index in front, `seconds` long to the frame. */
export async function encodeClip(
  { seconds, audio }: { readonly seconds: number; readonly audio: boolean },
  pictureAt: (second: number) => Promise<Picture>,
): Promise<Uint8Array> {
  const raw = await encodePictures(seconds, pictureAt);
  const {
    BufferSource,
    BufferTarget,
    EncodedAudioPacketSource,
    EncodedPacket,
    EncodedPacketSink,
    EncodedVideoPacketSource,
    Input,
    MP4,
    Mp4OutputFormat,
    Output,
  } = await loadMediabunny();
  const input = new Input({ source: new BufferSource(raw), formats: [MP4] });
  try {
    const track = await input.getPrimaryVideoTrack();
    const decoderConfig = await track?.getDecoderConfig();
    if (track === null || !decoderConfig) throw new Error('the encoder made no video');
    const target = new BufferTarget();
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
    const video = new EncodedVideoPacketSource('avc');
    output.addVideoTrack(video);
    const sound = audio ? new EncodedAudioPacketSource('aac') : undefined;
    if (sound !== undefined) output.addAudioTrack(sound);
    await output.start();
    const meta = {
      decoderConfig: {
        ...decoderConfig,
        colorSpace: {
          primaries: 'bt709',
          transfer: 'bt709',
          matrix: 'bt709',
          fullRange: false,
        } as const,
      },
    };
    let second = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await video.add(
        packet.clone({ timestamp: second, duration: 1 }),
        second === 0 ? meta : undefined,
      );
      second += 1;
    }
    if (sound !== undefined) {
      let start: { decoderConfig: typeof SILENCE } | undefined = { decoderConfig: SILENCE };
      for (const { data, timestamp, duration } of silence(seconds)) {
        await sound.add(new EncodedPacket(data, 'key', timestamp, duration), start);
        start = undefined;
      }
    }
    await output.finalize();
    if (target.buffer === null) throw new Error('the clip was not written');
    const file = Buffer.from(target.buffer);
    forgetTimes(file);
    return file;
  } finally {
    input.dispose();
  }
}
