/** Frames and times of a clip. */

/** Used if the file does not state its frame rate. */
const USUAL_FPS = 24;

export const framesPerSecond = (clip: { readonly fps?: number }): number => clip.fps ?? USUAL_FPS;

/** The frame that is shown at a time; a hair past its beginning counts, as browsers round. */
export const frameAt = (seconds: number, fps: number): number =>
  Math.max(0, Math.floor(seconds * fps + 0.01));

export const frameCount = (seconds: number, fps: number): number =>
  Math.max(1, Math.round(seconds * fps));

/** The middle of a frame: a seek there shows it, whatever the rounding. */
export const timeOfFrame = (frame: number, fps: number): number => (frame + 0.5) / fps;

/** `0:04:12`: minutes, seconds, frames. */
export function timecode(seconds: number, fps: number): string {
  const frame = frameAt(seconds, fps);
  const perSecond = Math.max(1, Math.round(fps));
  const whole = Math.floor(frame / perSecond);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(whole / 60)}:${two(whole % 60)}:${two(frame % perSecond)}`;
}
