/**
 * What a gateway's estimate or progress is worth, learned from tasks that ended: a source that
 * predicts no better than the lengths of tasks alone is ignored. All times in seconds.
 */
import { type Bounds, fitLogNormal, type LogNormal, logLikelihood } from './log-normal.ts';

/** Tasks that a fit rests on: the latest, in case the gateway gets slower. */
const KEPT = 200;
/** A fit is made again after so large a share of new ends. */
const NEWS = 0.05;
/** Ends after which a source is compared with the lengths alone. */
const COMPARABLE = 5;
/** Mean gain in log-likelihood from which a source counts as better, and over how many answers. */
const BETTER = 0.3;
const TRIED = 20;
/** One surprise says no more than this about a source, and weighs no less than this share. */
const LARGEST_GAIN = 3;
const LEAST_WEIGHT = 0.05;

/** Lengths of tasks, absolute or in proportion to what was promised. */
export class Lengths {
  #known: Bounds[] = [];
  #fit: LogNormal | undefined;
  #news = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(bounds: Bounds): void {
    this.#known.push(bounds);
    if (this.#known.length > KEPT) this.#known.shift();
    this.#news += 1;
    this.#count += 1;
  }

  /** `running`: facts about tasks that have not ended. At least one must have ended. */
  fit(running: () => readonly Bounds[] = () => []): LogNormal {
    if (this.#fit === undefined || this.#news > NEWS * this.#known.length) {
      this.#fit = fitLogNormal([...this.#known, ...running()], this.#fit);
      this.#news = 0;
    }
    return this.#fit;
  }
}

/** What one answer promises: a task of this length. */
export interface Promised {
  readonly source: Source;
  readonly ageSeconds: number;
  readonly seconds: number;
}

/** The estimate, or the progress within one range, of one model. */
class Source {
  readonly #ratios = new Lengths();
  #gain = 0;
  #compared = 0;

  /** Enough tasks have ended to say whether it is useful. */
  get isJudged(): boolean {
    return this.#compared >= TRIED;
  }

  get isUseful(): boolean {
    return this.isJudged && this.#gain > BETTER;
  }

  predict(seconds: number): LogNormal {
    const { mu, sigma } = this.#ratios.fit();
    return { mu: mu + Math.log(seconds), sigma };
  }

  /** `alone`: the prediction of the task lengths without this source. */
  learn({ ageSeconds, seconds }: Promised, end: Bounds, alone: LogNormal | undefined): void {
    if (alone !== undefined && this.#ratios.count >= COMPARABLE) {
      const gain =
        logLikelihood(this.predict(seconds), end, ageSeconds) -
        logLikelihood(alone, end, ageSeconds);
      this.#compared += 1;
      this.#gain +=
        (Math.max(-LARGEST_GAIN, Math.min(LARGEST_GAIN, gain)) - this.#gain) *
        Math.max(1 / this.#compared, LEAST_WEIGHT);
    }
    this.#ratios.add({ atLeast: end.atLeast / seconds, atMost: end.atMost / seconds });
  }
}

/** What a gateway may say of a running task. */
export interface Said {
  /** Length of the whole task. */
  readonly estimatedSeconds?: number;
  /** 0 to 100. */
  readonly progress?: number;
}

/** Upper ends of the progress ranges that are evaluated separately: an early per cent says less. */
const PROGRESS_RANGES = [10, 30, 55, 80, 100];

/** All sources of one model, whatever the length of its clips. */
export class Sources {
  readonly #estimate = new Source();
  readonly #progress = PROGRESS_RANGES.map(() => new Source());

  /** The last of them is the one to prefer. */
  promised(ageSeconds: number, { estimatedSeconds, progress }: Said): Promised[] {
    const promised: Promised[] = [];
    if (estimatedSeconds !== undefined && estimatedSeconds > 0)
      promised.push({ source: this.#estimate, ageSeconds, seconds: estimatedSeconds });
    const range = PROGRESS_RANGES.findIndex((to) => progress !== undefined && progress < to);
    const source = this.#progress[range];
    if (source !== undefined && progress !== undefined && progress > 0 && ageSeconds > 0)
      promised.push({ source, ageSeconds, seconds: (ageSeconds / progress) * 100 });
    return promised;
  }
}
