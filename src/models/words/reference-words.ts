/** `references`: pictures, videos and sounds that are not frames. */
import type { Json, JsonObject, SceneReferences, Word, Words } from '../../scene.ts';
import type { Card, Frames, References } from '../card/card.ts';
import { isObject } from '../fields.ts';
import type { Translator } from '../translation.ts';

const KINDS = ['images', 'videos', 'audios'] as const;
type Kind = (typeof KINDS)[number];
type Origin = readonly [Word, ...(string | number)[]];

const WHAT: Readonly<Record<Kind, string>> = {
  images: 'pictures',
  videos: 'videos',
  audios: 'sounds',
};

export function referenceWords(
  { references, first_frame, last_frame }: Words,
  card: Card,
  into: Translator,
): void {
  const how = card.references;
  if (references === undefined || how === undefined) return;
  const isList = Array.isArray(references);
  const given: SceneReferences = isList
    ? { images: references as readonly string[] }
    : (references as SceneReferences);
  const hasFrames = first_frame !== undefined || last_frame !== undefined;
  for (const kind of KINDS) {
    const links = given[kind];
    if (links === undefined) continue;
    const from: Origin = isList ? ['references'] : ['references', kind];
    const field = how[kind];
    if (field === undefined) {
      const taken = KINDS.filter((one) => how[one] !== undefined).map((one) => WHAT[one]);
      into.refuse('references', `this model takes no ${WHAT[kind]} as references`, {
        path: isList ? [] : [kind],
        hint: `It takes ${taken.join(' and ')}.`,
      });
    } else if (kind === 'images' && hasFrames && isShared(field, how, card.frames)) {
      besideFrames(links, from, how, card.frames, into);
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
        from,
        Object.fromEntries(
          links.flatMap((_, index) => [
            [`${field}.${index}`, [...from, index]],
            ...(item === undefined ? [] : [[`${field}.${index}.${item.link}`, [...from, index]]]),
          ]),
        ),
      );
    }
  }
  if (!hasFrames || !isShared(how.images, how, card.frames))
    for (const [name, value] of Object.entries(how.with ?? {}))
      into.set(name, value, ['references']);
}

/** Whether frames and reference pictures cannot stand in fields of their own. */
const isShared = (
  field: string | undefined,
  how: References,
  frames: Frames | undefined,
): boolean =>
  frames !== undefined &&
  (how.roleBesideFrames !== undefined || ('list' in frames && frames.list === field));

function besideFrames(
  links: readonly string[],
  from: Origin,
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
      links.map((_, index) => [`${roles}.${before.length + index}`, [...from, index]]),
    ),
  );
}
