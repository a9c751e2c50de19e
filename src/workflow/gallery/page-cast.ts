/** The cast of a manifest as the review page shows it. */
import { readPlaceholder } from '../../pictures/placeholder.ts';
import { membersIn } from '../../plan/resolve/findings/unused-cast.ts';
import type { PageCastMember } from '../../report/gallery/page-data.ts';
import { type Json, plain, type Project } from '../../scene.ts';

/** `addressOf`: where the page finds a small copy of a picture, by its digest. */
export function castMembers(
  { cast }: Pick<Project, 'cast'>,
  addressOf: (sha256: string) => string | undefined,
): readonly PageCastMember[] {
  if (cast === undefined || cast === 'broken') return [];
  return [...cast.entries].map(([name, { value }]): PageCastMember => {
    const member = plain(value);
    const { description = '', images = [] } = isObject(member) ? member : {};
    const texts = Array.isArray(images) ? (images as readonly Json[]) : [];
    return {
      name,
      ...(typeof description === 'string' && description !== '' ? { description } : {}),
      pictures: texts.flatMap((text) => {
        if (typeof text !== 'string') return [];
        const picture = readPlaceholder(text);
        if (picture === undefined) return [{ path: text }];
        const src = addressOf(picture.sha256);
        return [{ path: picture.path, ...(src === undefined ? {} : { src }) }];
      }),
    };
  });
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of the members that the prompts of a scene mention, in the order of the cast. */
export function castOfScenes({
  cast,
  defaults,
  scenes,
}: Pick<Project, 'cast' | 'defaults' | 'scenes'>): ReadonlyMap<string, readonly string[]> {
  if (cast === undefined || cast === 'broken') return new Map();
  const names = [...cast.entries.keys()];
  return new Map(
    scenes.map(({ id, layer, overrides }) => {
      const layers = [defaults, layer, ...overrides.values()];
      const mentioned = new Set(layers.flatMap((one) => [...membersIn(one, names)]));
      return [id, names.filter((name) => mentioned.has(name))];
    }),
  );
}
