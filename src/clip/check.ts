/** Where a clip differs from the request. Pure. */
import { type ClipRatio, type Resolution, SHORTER_SIDE } from '../scene.ts';
import type { ClipFacts } from './facts.ts';

/** Properties that a request promises, from `Model.asked`. Absent: nothing. */
interface AskedClip {
  readonly seconds: number;
  /** If the model chooses: any length from here to `seconds` is right. */
  readonly leastSeconds?: number;
  readonly resolution?: Resolution;
  readonly ratio?: ClipRatio;
  readonly audio?: boolean;
}

const RATIO_VALUE: Readonly<Record<ClipRatio, number>> = {
  '16:9': 16 / 9,
  '9:16': 9 / 16,
  '1:1': 1,
  '4:3': 4 / 3,
  '3:4': 3 / 4,
  '21:9': 21 / 9,
};
/**
 * Encoders round sides to multiples of 8 or 16 (1792x1024 stands for 16:9 1024p), and 4K may be
 * 4096 wide.
 */
const SIDE_TOLERANCE = 0.08;
const RATIO_TOLERANCE = 0.03;
/**
 * Video models add or lose a few frames (5.04 s for 5 s); half a second is beyond that, and a
 * longer clip may drift more.
 */
const SECONDS_TOLERANCE = 0.5;
const SECONDS_TOLERANCE_SHARE = 0.05;

/**
 * The differences, one sentence each; none when the clip is what was asked for. What the model does
 * not promise is not checked.
 */
export function checkClip(facts: ClipFacts, asked: AskedClip): string[] {
  const size = `${facts.width}x${facts.height}`;
  const differences: string[] = [];
  if (asked.resolution !== undefined && !keepsResolution(facts, asked.resolution)) {
    differences.push(`asked for ${asked.resolution}, the clip is ${size}`);
  }
  if (asked.ratio !== undefined) {
    const off = facts.width / facts.height / RATIO_VALUE[asked.ratio] - 1;
    if (Math.abs(off) > RATIO_TOLERANCE)
      differences.push(`asked for ${asked.ratio}, the clip is ${size} (${shapeOf(facts)})`);
  }
  const { seconds: most, leastSeconds: least = most } = asked;
  if (facts.seconds < least - tolerance(least) || facts.seconds > most + tolerance(most)) {
    const wanted = least === most ? `${most} s` : `${least} to ${most} s`;
    differences.push(
      `asked for ${wanted}, the clip is ${Math.round(facts.seconds * 100) / 100} s long`,
    );
  }
  if (asked.audio === true && !facts.audio) differences.push('asked for sound, the clip is silent');
  if (asked.audio === false && facts.audio)
    differences.push('asked for no sound, the clip has a sound track');
  return differences;
}

const tolerance = (seconds: number): number =>
  Math.max(SECONDS_TOLERANCE, seconds * SECONDS_TOLERANCE_SHARE);

/**
 * The shorter side is as promised, or lies between it and the side of a clip of this shape with as
 * many pixels as the wide clip would have: a square "720p" clip is 720x720 on one service and
 * 960x960 on another, a 21:9 one 1680x720 or 1470x630.
 */
function keepsResolution({ width, height }: ClipFacts, resolution: Resolution): boolean {
  const side = SHORTER_SIDE[resolution];
  const shorter = Math.min(width, height);
  const longer = Math.max(width, height);
  const sameArea = side * Math.sqrt(16 / 9 / (longer / shorter));
  const [least, most] = [Math.min(side, sameArea), Math.max(side, sameArea)];
  return shorter >= least * (1 - SIDE_TOLERANCE) && shorter <= most * (1 + SIDE_TOLERANCE);
}

function shapeOf({ width, height }: ClipFacts): string {
  const near = (Object.keys(RATIO_VALUE) as ClipRatio[]).find(
    (ratio) => Math.abs(width / height / RATIO_VALUE[ratio] - 1) <= RATIO_TOLERANCE,
  );
  if (near !== undefined) return near;
  return width > height ? 'landscape' : width < height ? 'portrait' : 'square';
}
