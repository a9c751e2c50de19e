/** Conflicts of branches: two picks of one scene, which a merge keeps and a person resolves. */
import { renderWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { pickConflicts, pickConflictWords } from '../../lock/picks.ts';
import type { ProjectPlan } from '../plan.ts';

/** One warning for each scene of the plan, at the place of the scene. */
export const conflictsOfPicks = (projects: readonly ProjectPlan[]): Diagnostic[] =>
  projects.flatMap(({ project: { manifest }, renders, lock }) =>
    pickConflicts(lock).flatMap((conflict): Diagnostic[] => {
      const planned = renders.find(({ render }) => render.scene === conflict.scene);
      return planned === undefined
        ? []
        : [
            {
              code: 'pick-conflict',
              severity: 'warning',
              ...pickConflictWords(conflict, (id) => renderWords({ manifest, id })),
              place: planned.render.place,
              // Nothing need be submitted for a person to have to choose.
              renders: [],
            },
          ];
    }),
  );
