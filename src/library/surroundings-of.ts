/** The options of a call as the surroundings of the workflow. */
import path from 'node:path';
import { systemClock } from '../ports/clock.ts';
import { shown, type Surroundings } from '../workflow/open/surroundings.ts';
import type { EnvironmentOptions } from './options.ts';

/** A relative `cwd` is resolved now: the process may change its own folder before the next call. */
export const surroundingsOf = ({
  cwd = process.cwd(),
  env = process.env,
}: EnvironmentOptions): Surroundings => ({ cwd: path.resolve(cwd), env, clock: systemClock });

/** As the command line names them: relative to the working folder, and each once. */
export const namesOf = (
  at: Pick<Surroundings, 'cwd'>,
  manifests: readonly string[],
): readonly string[] => [
  ...new Set(manifests.map((manifest) => shown(at, path.resolve(at.cwd, manifest)))),
];
