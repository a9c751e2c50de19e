/**
 * A silent sound track without an encoder: in AAC-LC, silence is the same few bytes again and
 * again.
 */
const SAMPLE_RATE = 48_000;
/** Every AAC-LC frame holds so many samples. */
const FRAME_SAMPLES = 1024;
/** One stereo frame of silence. */
const FRAME = Uint8Array.of(0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c);

/** AAC-LC, 48 kHz, stereo; the description is its AudioSpecificConfig. */
export const SILENCE = {
  codec: 'mp4a.40.2',
  numberOfChannels: 2,
  sampleRate: SAMPLE_RATE,
  description: Uint8Array.of(0x11, 0x90),
};

/** As many frames as fit, so that the sound never outlasts the picture. Times in seconds. */
export function* silence(
  seconds: number,
): Generator<{ readonly data: Uint8Array; readonly timestamp: number; readonly duration: number }> {
  const frames = Math.floor((seconds * SAMPLE_RATE) / FRAME_SAMPLES);
  const duration = FRAME_SAMPLES / SAMPLE_RATE;
  for (let index = 0; index < frames; index++)
    yield { data: FRAME, timestamp: index * duration, duration };
}
