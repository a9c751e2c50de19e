/**
 * The clip in the player: one `<video>` and its state as signals. Speeds below zero are
 * played by seeking, as no browser plays backwards.
 */
import { computed, signal } from '@preact/signals';
import { isSamePart, type Part, roundedPart } from './part.ts';
import { frameAt, frameCount, timeOfFrame } from './timecode.ts';

const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4, 8];

let video: HTMLVideoElement | undefined;
let backwards: number | undefined;
/** Where to seek next, in seconds: the browser is still busy with an earlier seek. */
let nextSeek: number | undefined;
/** Length of the picture, in seconds. The file can be longer: by its sound. */
let pictureSeconds = 0;
const fps = signal(24);

export const time = signal(0);
export const duration = signal(0);
/** 0: it stands still. */
export const speed = signal(0);
export const isMuted = signal(true);
/** The speed that Space resumes with. */
export const chosenSpeed = signal(1);
export const loopFrom = signal<number | undefined>(undefined);
export const loopTo = signal<number | undefined>(undefined);
export const frames = computed(() => frameCount(duration.value, fps.value));
/** The last one is also shown at the very end. */
export const frame = computed(() => Math.min(frames.value - 1, frameAt(time.value, fps.value)));

export function attach(element: HTMLVideoElement, rate: number, seconds: number): () => void {
  video = element;
  fps.value = rate;
  duration.value = seconds;
  pictureSeconds = seconds;
  element.muted = isMuted.value;
  let following = 0;
  const follow = (): void => {
    time.value = nextSeek ?? element.currentTime;
    keepInLoop();
    following = requestAnimationFrame(follow);
  };
  following = requestAnimationFrame(follow);
  const onSeeked = (): void => {
    if (nextSeek !== undefined) element.currentTime = nextSeek;
    nextSeek = undefined;
  };
  element.addEventListener('seeked', onSeeked);
  return () => {
    element.removeEventListener('seeked', onSeeked);
    nextSeek = undefined;
    cancelAnimationFrame(following);
    stopBackwards();
    element.pause();
    element.removeAttribute('src');
    element.load();
    video = undefined;
    speed.value = 0;
    time.value = 0;
    // The next clip may have no file here: it must not be picked with the range of this one.
    markLoop('none');
  };
}

/** The browser has the file: its own length is the exact one. */
export function known(seconds: number): void {
  if (Number.isFinite(seconds)) duration.value = seconds;
}

function play(rate: number = chosenSpeed.value): void {
  if (video === undefined) return;
  stopBackwards();
  if (rate < 0) {
    video.pause();
    playBackwards(-rate);
  } else {
    const { loopEnd } = bounds();
    if (hasEnded(video) || time.value >= loopEnd - 0.01) seek(loopFrom.value ?? 0);
    video.playbackRate = rate;
    const element = video;
    element.play().catch(() => {
      // Rejects too if it was paused before it began, perhaps to be played backwards.
      if (element === video && element.paused && backwards === undefined) speed.value = 0;
    });
  }
  speed.value = rate;
}

export function pause(): void {
  stopBackwards();
  video?.pause();
  speed.value = 0;
}

export const togglePlay = (): void => (speed.value === 0 ? play() : pause());

/** L and J: each further press doubles the speed in its direction. */
export function shuttle(direction: 1 | -1): void {
  const now = speed.value;
  play(now * direction > 0 ? Math.max(-8, Math.min(8, now * 2)) : direction);
}

export function changeSpeed(by: 1 | -1): void {
  const at = SPEEDS.indexOf(chosenSpeed.value);
  chosenSpeed.value = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))] ?? 1;
  if (speed.value > 0) play();
}

/** The next speed, and the slowest after the fastest: for those who have no keys. */
export function nextSpeed(): void {
  const at = SPEEDS.indexOf(chosenSpeed.value);
  chosenSpeed.value = SPEEDS[(at + 1) % SPEEDS.length] ?? 1;
  if (speed.value > 0) play();
}

export function seek(seconds: number): void {
  if (video === undefined) return;
  const to = Math.max(0, Math.min(duration.value, seconds));
  time.value = to;
  // A seek on top of one that is under way shows no picture in between, and a busy Chromium can
  // stop for good after many of them.
  nextSeek = video.seeking ? to : undefined;
  if (nextSeek === undefined) video.currentTime = to;
}

/** Exactly one frame on or back, from the one that is shown. */
export function stepFrames(by: number): void {
  pause();
  const to = Math.max(0, Math.min(frames.value - 1, frame.value + by));
  seek(Math.min(timeOfFrame(to, fps.value), duration.value - 0.001));
}

export function setMuted(muted: boolean): void {
  isMuted.value = muted;
  if (video !== undefined) video.muted = muted;
}

/**
 * A range is of the picture and has one frame at least; one whose ends have crossed begins again
 * with the new end.
 */
export function markLoop(end: 'from' | 'to' | 'none'): void {
  if (end === 'none') [loopFrom.value, loopTo.value] = [undefined, undefined];
  if (end === 'from') {
    const lastFrame = frameCount(pictureSeconds, fps.value) - 1;
    const now = Math.min(time.value, timeOfFrame(lastFrame, fps.value));
    loopFrom.value = now;
    if (loopTo.value !== undefined && loopTo.value <= now) loopTo.value = undefined;
  }
  if (end === 'to') {
    const now = Math.min(pictureSeconds, Math.max(time.value, timeOfFrame(0, fps.value)));
    loopTo.value = now;
    if (loopFrom.value !== undefined && loopFrom.value >= now) loopFrom.value = undefined;
  }
}

/** The loop range as the part of the clip that a pick uses. */
export const loopPart = (): Part => roundedPart({ in: loopFrom.value, out: loopTo.value });

/** What the picture has of a part: the file may be shorter than the one that it was picked of. */
const inPicture = ({ in: from, out }: Part): Part => ({
  in: from !== undefined && from < pictureSeconds ? from : undefined,
  out: out !== undefined && out <= pictureSeconds ? out : undefined,
});

/** Whether the loop range is this part. */
export const loopsPart = (part: Part): boolean =>
  hasLoop() && isSamePart(loopPart(), inPicture(part));

/** Plays a part of the clip again and again; again: the whole clip, from where it is. */
export function togglePart(part: Part): void {
  if (loopsPart(part)) {
    markLoop('none');
    return;
  }
  const { in: from, out } = inPicture(part);
  [loopFrom.value, loopTo.value] = [from, out];
  seek(loopFrom.value ?? 0);
  play();
}

const bounds = (): { readonly loopStart: number; readonly loopEnd: number } => ({
  loopStart: loopFrom.value ?? 0,
  loopEnd: loopTo.value ?? duration.value,
});

const hasLoop = (): boolean => loopFrom.value !== undefined || loopTo.value !== undefined;

/** Not where it is about to seek away from its end. */
const hasEnded = (element: HTMLVideoElement): boolean => element.ended && nextSeek === undefined;

function keepInLoop(): void {
  if (video === undefined || speed.value <= 0) return;
  const { loopStart, loopEnd } = bounds();
  if (hasLoop() && time.value >= loopEnd - 0.005) {
    seek(loopStart);
    if (video.ended || video.paused) play(speed.value);
  } else if (hasEnded(video)) speed.value = 0;
}

function playBackwards(rate: number): void {
  let last = performance.now();
  const back = (now: number): void => {
    // From the time, which another seek may have changed meanwhile.
    const at = time.value - ((now - last) / 1000) * rate;
    last = now;
    const { loopStart, loopEnd } = bounds();
    const isOver = at <= loopStart;
    seek(isOver && hasLoop() ? loopEnd : at);
    if (isOver && !hasLoop()) pause();
    else backwards = requestAnimationFrame(back);
  };
  backwards = requestAnimationFrame(back);
}

function stopBackwards(): void {
  if (backwards !== undefined) cancelAnimationFrame(backwards);
  backwards = undefined;
}
