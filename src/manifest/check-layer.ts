import { defined } from '../defined.ts';
import type { LocatedMap } from '../scene.ts';
import { check } from './language/check.ts';
import type { aliasSchema } from './language/schema/manifest.ts';
import type { settingsSchema } from './language/schema/settings.ts';
import { BrokenKeys } from './values/broken-keys.ts';
import type { get } from './values/located.ts';
import type { Problem, Problems, Reach } from './values/problems.ts';

/** Reports what is wrong with a layer, and gives its broken keys. */
export function checkLayer(
  schema: typeof aliasSchema | typeof settingsSchema,
  value: LocatedMap,
  written: ReturnType<typeof get>,
  label: string,
  reach: (key: string | undefined) => Reach,
  problems: Problems,
): BrokenKeys {
  const bad = new BrokenKeys();
  check({ schema, value, ...defined({ written }), label }, (problem: Problem, path, meant) => {
    bad.add(path, meant);
    problems.add(problem, reach(typeof path[0] === 'string' ? path[0] : undefined));
  });
  bad.addLost(value);
  return bad;
}
