/**
 * Log-normal distributions of task lengths: fitted to tasks that ended and to tasks that still run,
 * and asked how likely an end is at a given age. Pure.
 */

/** The natural logarithm of a length in seconds has mean `mu` and standard deviation `sigma`. */
export interface LogNormal {
  readonly mu: number;
  readonly sigma: number;
}

/**
 * What is known of the length of one task, in seconds: more than `atLeast`, and not more than
 * `atMost`; infinite for a task that still runs.
 */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** Rounds of expectation and maximization: with the last fit as their start, more change little. */
const ROUNDS = 4;
/** Standard deviation that is added for the first end seen; it falls with their number. */
const DOUBT = 0.3;
/** Lengths of zero have no logarithm. */
const SHORTEST_SECONDS = 1e-3;

/**
 * The fit to what is known of each task. Those that still run belong to it: without them a first
 * wave of tasks would teach that every task is as short as the shortest.
 */
export function fitLogNormal(tasks: readonly Bounds[], start?: LogNormal): LogNormal {
  // In numbers alone: it is done for every twentieth end, over hundreds of tasks.
  const from = new Float64Array(tasks.length);
  const to = new Float64Array(tasks.length);
  let ended = 0;
  for (const [index, { atLeast, atMost }] of tasks.entries()) {
    from[index] = logOf(atLeast);
    to[index] = logOf(atMost);
    if (atMost < Number.POSITIVE_INFINITY) ended += 1;
  }
  const doubt = (DOUBT / ended) ** 2;
  let { mu, sigma } = start ?? firstGuess(from, to);
  const moments: Moments = { first: 0, second: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < from.length; index++) {
      momentsBetween(((from[index] ?? 0) - mu) / sigma, ((to[index] ?? 0) - mu) / sigma, moments);
      const { first, second } = moments;
      sum += mu + sigma * first;
      squares += mu * mu + 2 * mu * sigma * first + sigma * sigma * second;
    }
    mu = sum / from.length;
    sigma = Math.sqrt(Math.max(0, squares / from.length - mu * mu) + doubt);
  }
  return { mu, sigma };
}

/** From the middles of what is known of the tasks that ended. */
function firstGuess(from: Float64Array, to: Float64Array): LogNormal {
  const middles = [...from]
    .map((log, index) => (log + (to[index] ?? 0)) / 2)
    .filter((middle) => middle < Number.POSITIVE_INFINITY);
  const mu = mean(middles);
  return { mu, sigma: Math.sqrt(mean(middles.map((log) => (log - mu) ** 2)) + DOUBT ** 2) };
}

const logOf = (seconds: number): number => Math.log(Math.max(SHORTEST_SECONDS, seconds));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Of a random variable X: E[X] and E[X²]. */
interface Moments {
  first: number;
  second: number;
}

/** Those of a standard normal X that lies between `from` and `to`, into `moments`. */
function momentsBetween(from: number, to: number, moments: Moments): void {
  if (to === Number.POSITIVE_INFINITY) {
    const hazard = normalHazard(from);
    moments.first = hazard;
    moments.second = 1 + from * hazard;
    return;
  }
  const share = from > 0 ? tail(from) - tail(to) : tail(-to) - tail(-from);
  if (share < 1e-9 || to - from < 1e-3) {
    // Narrow, or far from everything that is known: the bound nearest to the mean.
    const near = to - from < 1e-3 ? (from + to) / 2 : from > 0 ? from : to;
    moments.first = near;
    moments.second = near * near;
    return;
  }
  const low = density(from);
  const high = density(to);
  moments.first = (low - high) / share;
  moments.second = 1 + (from * low - to * high) / share;
}

/** Ends a second at this age, of the tasks that have got so old. */
export function hazardAt({ mu, sigma }: LogNormal, ageSeconds: number): number {
  return normalHazard((Math.log(ageSeconds) - mu) / sigma) / (sigma * ageSeconds);
}

/** Logarithm of the probability that a task of this age ends within `bounds`. */
export function logLikelihood(
  { mu, sigma }: LogNormal,
  { atLeast, atMost }: Bounds,
  ageSeconds: number,
): number {
  const longer = (seconds: number): number => tail((logOf(seconds) - mu) / sigma);
  const within = longer(Math.max(ageSeconds, atLeast)) - longer(atMost);
  return Math.log(Math.max(UNLIKELY, within)) - Math.log(Math.max(UNLIKELY, longer(ageSeconds)));
}

/** Probabilities below this are not distinguished. */
const UNLIKELY = 1e-12;

export const meanOf = ({ mu, sigma }: LogNormal): number => Math.exp(mu + (sigma * sigma) / 2);

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Share of the standard normal distribution above `z`. */
const tail = (z: number): number =>
  z >= 0 ? density(z) / normalHazard(z) : 1 - density(z) / normalHazard(-z);

/** Density over share above, of the standard normal distribution, to about one per cent. */
function normalHazard(z: number): number {
  // Gasull and Utzet, "Approximating Mills ratio" (2014): exact at 0 and at infinity.
  const above = (2 * Math.abs(z) + Math.sqrt((Math.PI - 2) ** 2 * z * z + 2 * Math.PI)) / Math.PI;
  return z >= 0 ? above : density(z) / (1 - density(z) / above);
}
