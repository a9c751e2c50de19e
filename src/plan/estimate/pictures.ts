/** How many pictures must be uploaded for the submits of a plan. */
import type { ProjectPlan } from '../plan.ts';

/** Each digest once for each gateway. */
export const picturesOf = (projects: readonly ProjectPlan[]): number =>
  new Set(
    projects.flatMap(({ renders }) =>
      renders.flatMap(({ action, render }) =>
        action.kind !== 'submit' || render.pictures === undefined
          ? []
          : render.pictures.flatMap(({ picture, uploaded }) =>
              uploaded === true ? [] : [`${render.model.gateway} ${picture.sha256}`],
            ),
      ),
    ),
  ).size;
