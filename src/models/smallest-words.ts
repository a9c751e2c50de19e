/** The words that a model needs besides a prompt: some models do not accept text alone. */
import type { Words } from '../scene.ts';
import type { Model, RuleFinding } from './model.ts';

const PICTURE = 'https://media.example.com/crab.png';
const VIDEO = 'https://media.example.com/crab.mp4';

/** From text alone to what the fewest models need. */
export const SMALLEST = [
  {},
  { first_frame: PICTURE },
  { references: [PICTURE] },
  { references: { videos: [VIDEO] } },
] as const satisfies readonly Words[];

/**
 * The first of {@link SMALLEST} that the model takes without a word, else the first that it takes.
 */
export function smallestWords(model: Model): (typeof SMALLEST)[number] {
  const judged = SMALLEST.map((words) => ({ words, findings: findingsOf(model, words) }));
  const without = (...verdicts: readonly RuleFinding['verdict'][]) =>
    judged.find(({ findings }) => !findings.some(({ verdict }) => verdicts.includes(verdict)));
  return (without('refuse', 'warn') ?? without('refuse'))?.words ?? {};
}

function findingsOf(model: Model, words: Words): readonly Pick<RuleFinding, 'verdict'>[] {
  const { body, findings } = model.translate({ prompt: 'A crab', ...words }, {});
  const sent = model.normalise(body, {}, {}).body;
  return [...findings, ...model.check(sent, {})];
}
