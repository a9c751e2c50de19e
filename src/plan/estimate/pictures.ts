/** How many pictures must be uploaded for the submits of a plan. */
import { isPaidFor, type ProjectPlan } from '../plan.ts';

/** Each digest once for each gateway. */
export const picturesOf = (projects: readonly ProjectPlan[]): number =>
  new Set(
    projects.flatMap(({ renders }) =>
      renders.flatMap(({ action, render }) =>
        !isPaidFor(action) || render.pictures === undefined
          ? []
          : render.pictures.flatMap(({ picture, uploaded }) =>
              uploaded === true ? [] : [`${render.model.gateway} ${picture.sha256}`],
            ),
      ),
    ),
  ).size;
