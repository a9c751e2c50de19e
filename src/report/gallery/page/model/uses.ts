/** How renders depend on each other: sources of frames, clips that continue one, its cast. */
import type { PageCastMember, PageUse } from '../../page-data.ts';
import type { Item, Review } from './review.ts';

type UsedFrame = Extract<PageUse, { readonly kind: 'frame' }>;

/** Another render of the same manifest, by its id. */
function sibling({ data, byKey }: Review, { projectName }: Item, id: string): Item | undefined {
  return byKey.get(data.projects.length > 1 ? `${projectName}:${id}` : id);
}

/** The render whose clip the frame is of; absent if the page does not have it. */
export const upstreamOf = (review: Review, item: Item, { render }: UsedFrame): Item | undefined =>
  sibling(review, item, render);

interface User {
  readonly item: Item;
  readonly use: UsedFrame;
}
const users = new WeakMap<Review, ReadonlyMap<Item, readonly User[]>>();

/** Renders that begin or end with a frame of this one's clip. */
export function usersOf(review: Review, item: Item): readonly User[] {
  let all = users.get(review);
  if (all === undefined) users.set(review, (all = allUsers(review)));
  return all.get(item) ?? [];
}

function allUsers(review: Review): ReadonlyMap<Item, readonly User[]> {
  const found = new Map<Item, User[]>();
  for (const item of review.items)
    for (const use of item.render.uses ?? []) {
      const upstream = use.kind === 'frame' ? upstreamOf(review, item, use) : undefined;
      if (use.kind !== 'frame' || upstream === undefined) continue;
      const known = found.get(upstream);
      if (known === undefined) found.set(upstream, [{ item, use }]);
      else known.push({ item, use });
    }
  return found;
}

/** The members of the cast that the prompts of the scene mention. */
export function castOf({ data }: Review, { scene }: Item): readonly PageCastMember[] {
  const cast = data.projects[scene.project]?.cast ?? [];
  const names = scene.cast ?? [];
  return cast.filter(({ name }) => names.includes(name));
}

/** `last frame`, `frame at 2.5 s`. */
export const frameWords = (frame: UsedFrame['frame']): string =>
  typeof frame === 'number' ? `frame at ${frame} s` : `${frame} frame`;
