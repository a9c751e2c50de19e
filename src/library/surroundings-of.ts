/** The options of a call as the surroundings of the workflow. */
import { systemClock } from '../ports/clock.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';
import type { EnvironmentOptions } from './options.ts';

export const surroundingsOf = ({
  cwd = process.cwd(),
  env = process.env,
}: EnvironmentOptions): Surroundings => ({ cwd, env, clock: systemClock });
