/**
 * Several clips on one clock: each frame every clip is compared with the clock, and led back to it
 * by its speed, or by a seek where it is far off. A shorter clip holds its last picture, or begins
 * again.
 */
import { computed, signal } from '@preact/signals';
import { frameAt, frameCount, timeOfFrame } from '../playback/timecode.ts';

interface Member {
  readonly element: HTMLVideoElement;
  /** As the lock says; the browser knows it better once it has the file. */
  readonly seconds: number;
  readonly fps: number;
}

/** Further off than this a clip is led back by a seek. Seconds. */
const FAR = 0.3;
/** At most so much faster or slower while it catches up. */
const MOST_CORRECTION = 0.25;

const members = new Map<string, Member>();
/** Clips that were still seeking when the clock moved: they seek once more. */
const toSeekAgain = new Set<Member>();

export const clock = signal(0);
export const isPlaying = signal(false);
export const speedTogether = signal(1);
/** The behaviour of a clip after its end while longer ones still play. */
export const afterEnd = signal<'hold' | 'loop'>('hold');
/** Key of the one clip that is heard. */
export const audible = signal<string | undefined>(undefined);
const lengths = signal<ReadonlyMap<string, number>>(new Map());
export const longest = computed(() => Math.max(0, ...lengths.value.values()));

let ticking = 0;
let last = 0;

export function join(key: string, member: Member): () => void {
  members.set(key, member);
  const measure = (): void => {
    lengths.value = new Map(lengths.value).set(key, lengthOf(member));
  };
  measure();
  member.element.addEventListener('loadedmetadata', measure);
  member.element.muted = audible.value !== key;
  const onSeeked = (): void => {
    if (toSeekAgain.delete(member)) place(member);
  };
  member.element.addEventListener('seeked', onSeeked);
  place(member);
  return () => {
    member.element.removeEventListener('loadedmetadata', measure);
    member.element.removeEventListener('seeked', onSeeked);
    toSeekAgain.delete(member);
    members.delete(key);
    const left = new Map(lengths.value);
    left.delete(key);
    lengths.value = left;
    member.element.pause();
    member.element.removeAttribute('src');
    member.element.load();
    if (members.size === 0) {
      pauseTogether();
      clock.value = 0;
    }
  };
}

function playTogether(): void {
  if (isPlaying.value) return;
  if (clock.value >= longest.value - 0.01) seekTogether(0);
  isPlaying.value = true;
  last = performance.now();
  ticking = requestAnimationFrame(tick);
}

function pauseTogether(): void {
  isPlaying.value = false;
  cancelAnimationFrame(ticking);
  for (const member of members.values()) {
    member.element.pause();
    place(member);
  }
}

export const toggleTogether = (): void => (isPlaying.value ? pauseTogether() : playTogether());

export function seekTogether(seconds: number): void {
  clock.value = Math.max(0, Math.min(longest.value, seconds));
  for (const member of members.values()) place(member);
}

/** By one frame of the clip with the most of them. */
export function stepTogether(by: number): void {
  pauseTogether();
  const fps = Math.max(1, ...[...members.values()].map((member) => member.fps));
  const last = frameCount(longest.value, fps) - 1;
  const now = Math.min(last, frameAt(clock.value, fps));
  seekTogether(timeOfFrame(Math.max(0, Math.min(last, now + by)), fps));
}

export function toggleAfterEnd(): void {
  afterEnd.value = afterEnd.value === 'hold' ? 'loop' : 'hold';
  // Shorter clips show it at once, also while they stand still.
  seekTogether(clock.value);
}

export function hear(key: string | undefined): void {
  audible.value = key;
  for (const [name, { element }] of members) element.muted = name !== key;
}

/** How far a clip is from the clock, in seconds. */
const driftOf = (member: Member): number => member.element.currentTime - timeIn(member);

const lengthOf = ({ element, seconds }: Member): number =>
  Number.isFinite(element.duration) ? element.duration : seconds;

/** Of a clip that is over: the longest one is, at its very end, in any case. */
const holds = (seconds: number): boolean => afterEnd.value === 'hold' || seconds >= longest.value;

function timeIn(member: Member): number {
  const seconds = lengthOf(member);
  if (clock.value < seconds || seconds === 0) return clock.value;
  return holds(seconds) ? Math.max(0, seconds - 0.001) : clock.value % seconds;
}

function place(member: Member): void {
  const { element } = member;
  const to = timeIn(member);
  if (Math.abs(element.currentTime - to) <= 0.001) return;
  // As in the player: no seek on top of one that is under way.
  if (element.seeking) toSeekAgain.add(member);
  else element.currentTime = to;
}

function tick(now: number): void {
  // A clip that waits for its data stops all of them: compared clips play in step.
  const waits = [...members.values()].some(({ element }) => element.readyState < 2);
  if (!waits) clock.value += ((now - last) / 1000) * speedTogether.value;
  last = now;
  if (clock.value >= longest.value) seekTogether(0);
  for (const member of members.values()) follow(member, waits);
  ticking = requestAnimationFrame(tick);
}

function follow(member: Member, waits: boolean): void {
  const { element, fps } = member;
  const seconds = lengthOf(member);
  const isOver = clock.value >= seconds && holds(seconds);
  if (waits || isOver) {
    if (!element.paused) element.pause();
    if (isOver) place(member);
    return;
  }
  if (element.paused) element.play().catch(() => undefined);
  if (element.seeking) return;
  const drift = driftOf(member);
  if (Math.abs(drift) > FAR) {
    place(member);
    return;
  }
  // Within a third of a frame nothing is corrected: speeds that always change are heard.
  const correction = Math.abs(drift) < 1 / fps / 3 ? 0 : drift * 2;
  const bounded = Math.max(-MOST_CORRECTION, Math.min(MOST_CORRECTION, correction));
  const rate = speedTogether.value * (1 - bounded);
  if (Math.abs(element.playbackRate - rate) > 0.005) element.playbackRate = rate;
}
