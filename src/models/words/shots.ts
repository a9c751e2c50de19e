/** The rule of both gateways for a list of shots: their durations add up to that of the clip. */
import type { Words } from '../../scene.ts';
import type { Translator } from '../translation.ts';

export type Shots = Exclude<NonNullable<Words['shots']>, 'auto'>;

/** The shots of a scene that lists them. */
export const listedShots = (words: Words): Shots | undefined =>
  typeof words.shots === 'object' ? words.shots : undefined;

/**
 * Sets `duration` to the sum of the shots; whether the model offers it is a rule of the body. A
 * different `duration` is refused, not guessed at: one of the two is a mistake, and
 * seconds cost money.
 */
export function translateShotSum(words: Words, shots: Shots, into: Translator): void {
  const sum = shots.reduce((total, { duration }) => total + duration, 0);
  if (words.duration !== undefined && words.duration !== sum) {
    into.refuse(
      'duration',
      `duration is ${words.duration}, and the shots add up to ${sum} seconds`,
      {
        hint: `Leave duration out (duration: null takes a default away), or make it ${sum}.`,
      },
    );
  }
  into.set('duration', sum, ['shots']);
}
