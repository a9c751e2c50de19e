/** `references`: pictures, videos and sounds that are not frames. */
import type { Json, JsonObject, SceneReferences, Words } from '../../scene.ts';
import type { Card, Frames, References } from '../card/card.ts';
import { isObject } from '../fields.ts';
import type { Translator } from '../translation.ts';
import type { From, Origin } from './from.ts';

const KINDS = ['images', 'videos', 'audios'] as const;
type Kind = (typeof KINDS)[number];
const WHAT: Readonly<Record<Kind, string>> = {
  images: 'pictures',
  videos: 'videos',
  audios: 'sounds',
};

/** `cast`: pictures of members that prompts mention; they stand behind those of the scene. */
export function referenceWords(
  { references = {}, first_frame, last_frame }: Words,
  card: Card,
  cast: readonly From<string>[],
  into: Translator,
): void {
  const how = card.references;
  if (how === undefined) return;
  const isList = Array.isArray(references);
  const own: SceneReferences = isList
    ? { images: references as readonly string[] }
    : (references as SceneReferences);
  const given: SceneReferences =
    cast.length === 0
      ? own
      : { ...own, images: [...(own.images ?? []), ...cast.map(({ value }) => value)] };
  if (KINDS.every((kind) => given[kind] === undefined)) return;
  const hasFrames = first_frame !== undefined || last_frame !== undefined;
  for (const kind of KINDS) {
    const links = given[kind];
    if (links === undefined) continue;
    const from: Origin = isList ? ['references'] : ['references', kind];
    const count = own[kind]?.length ?? 0;
    const fromOf = (index: number): Origin =>
      (kind === 'images' ? cast[index - count]?.from : undefined) ?? [...from, index];
    const field = how[kind];
    if (field === undefined) {
      const taken = KINDS.filter((one) => how[one] !== undefined).map((one) => WHAT[one]);
      into.refuse('references', `this model takes no ${WHAT[kind]} as references`, {
        path: isList ? [] : [kind],
        hint: `It takes ${taken.join(' and ')}.`,
      });
    } else if (kind === 'images' && hasFrames && besides(field, how, card.frames) !== 'apart') {
      besideFrames(links, fromOf, how, card.frames, into);
    } else if (kind === 'videos' && how.oneVideo === true) {
      const [link, second] = links;
      if (second !== undefined)
        into.refuse('references', `this model takes one video, and there are ${links.length}`, {
          path: ['videos', 1],
        });
      else if (link !== undefined) into.set(field, link, [...from, 0]);
    } else {
      const item = kind === 'videos' ? how.videoItem : undefined;
      into.set(
        field,
        links.map((link): Json =>
          item === undefined ? link : { [item.link]: link, ...item.with },
        ),
        count === 0 && kind === 'images' ? (cast[0]?.from ?? from) : from,
        Object.fromEntries(
          links.flatMap((_, index) => [
            [`${field}.${index}`, fromOf(index)],
            ...(item === undefined ? [] : [[`${field}.${index}.${item.link}`, fromOf(index)]]),
          ]),
        ),
      );
    }
  }
  if (!hasFrames || how.images === undefined || besides(how.images, how, card.frames) === 'apart')
    for (const [name, value] of Object.entries(how.with ?? {}))
      into.set(name, value, ['references']);
}

/**
 * How reference pictures are combined with frames: in separate fields, with the frames in another
 * role, or not at all.
 */
export const besides = (
  field: string,
  { roleBesideFrames }: References,
  frames: Frames | undefined,
): 'apart' | 'role' | 'excluded' => {
  if (frames === undefined) return 'apart';
  if (roleBesideFrames !== undefined) return 'roles' in frames ? 'role' : 'excluded';
  return 'list' in frames && frames.list === field ? 'excluded' : 'apart';
};

function besideFrames(
  links: readonly string[],
  fromOf: (index: number) => Origin,
  { roleBesideFrames: role }: References,
  frames: Frames | undefined,
  into: Translator,
): void {
  if (role === undefined || frames === undefined || !('roles' in frames)) {
    into.refuse('references', 'this model takes frames or references, not both', {
      hint: 'Leave out first_frame and last_frame, or references.',
    });
    return;
  }
  const { roles } = frames;
  const set = into.field(roles);
  const before: readonly JsonObject[] = Array.isArray(set) ? set.filter(isObject) : [];
  into.set(
    roles,
    [...before, ...links.map((url) => ({ url, role }))],
    ['first_frame'],
    Object.fromEntries(
      links.flatMap((_, index) => [
        [`${roles}.${before.length + index}`, fromOf(index)],
        [`${roles}.${before.length + index}.url`, fromOf(index)],
      ]),
    ),
  );
}
