/** First and last frame: two fields, one list, or a list with roles. */
import type { Words } from '../../scene.ts';
import type { Translator } from '../translation.ts';
import type { Frames } from '../card/card.ts';

export function frames(
  { first_frame: first, last_frame: last }: Words,
  how: Frames,
  into: Translator,
): void {
  if (first === undefined) {
    if (last === undefined) return;
    if ('first' in how && how.lastAlone === true && how.last !== undefined) {
      into.set(how.last, last, ['last_frame']);
      return;
    }
    if (takesLast(how))
      into.refuse(
        'last_frame',
        'last_frame without first_frame: the service takes a last frame only together with a first one',
        { hint: 'Add first_frame, or use the image as first_frame.' },
      );
    return;
  }
  const both = last !== undefined && takesLast(how);
  if ('first' in how) {
    into.set(how.first, first, ['first_frame']);
    if (both && how.last !== undefined) into.set(how.last, last, ['last_frame']);
  } else if ('list' in how) {
    into.set(how.list, both ? [first, last] : [first], ['first_frame'], {
      [`${how.list}.0`]: ['first_frame'],
      ...(both ? { [`${how.list}.1`]: ['last_frame'] as const } : {}),
    });
  } else {
    const { roles } = how;
    const urls = both ? [first, last] : [first];
    into.set(
      roles,
      urls.map((url, index) => ({ url, role: index === 0 ? 'first_frame' : 'last_frame' })),
      ['first_frame'],
      Object.fromEntries(
        urls.flatMap((_, index) => {
          const word = index === 0 ? 'first_frame' : 'last_frame';
          return [
            [`${roles}.${index}`, [word]],
            [`${roles}.${index}.url`, [word]],
          ] as const;
        }),
      ),
    );
  }
  for (const [name, value] of Object.entries(how.with ?? {}))
    into.set(name, value, ['first_frame']);
}

const takesLast = (how: Frames): boolean =>
  'first' in how ? how.last !== undefined : 'list' in how ? how.last !== false : true;
