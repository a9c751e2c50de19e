/** Rows about `image_with_roles`, a list of { url, role }: the numbers differ, the facts do not. */
import type { Case, RuleRow } from '../card/card.ts';

export const FRAME_ROLES = ['first_frame', 'last_frame'] as const;

/** The pictures of one role. */
export const framed = (role: string): string => `image_with_roles[${role}]`;

const LIST = { list: true } as const;

/** A rule that no page states is assumed and only warns. */
type Sureness = Pick<RuleRow, 'verdict' | 'mark'>;
export const ASSUMED = { verdict: 'warn', mark: 'assumed' } as const satisfies Sureness;

/** Two pictures of one frame role. */
export const doubleFrames: readonly Case[] = FRAME_ROLES.map((role) => ({
  when: { [framed(role)]: { count: [2, 1e6] } },
  at: 'image_with_roles',
  says: `image_with_roles has more than one ${role}`,
}));

export const lastNeedsFirst = (
  rule: string,
  { text = 'last_frame needs first_frame.', ...sureness }: Sureness & { text?: string } = {},
): RuleRow => ({
  rule,
  text,
  ...sureness,
  when: { [framed('last_frame')]: LIST },
  needs: { [framed('first_frame')]: LIST },
  at: 'image_with_roles',
  says: 'a last_frame is given without a first_frame',
});

/** Frames together with lists of videos and sounds; `then`: what the service makes of it. */
export const framesBesideLists = (then = ''): readonly Case[] =>
  FRAME_ROLES.flatMap((role) =>
    ['video_urls', 'audio_urls'].map((name) => ({
      when: { [framed(role)]: LIST, [name]: LIST },
      at: name,
      says: `${name} is given together with ${role}${then}`,
      hint: 'Use frames, or references.',
    })),
  );

export const framesBesideReferences = (rule: string): RuleRow => ({
  rule,
  text: 'Frames and reference_image are not described together.',
  ...ASSUMED,
  cases: FRAME_ROLES.map((role) => ({
    when: { [framed(role)]: LIST, [framed('reference_image')]: LIST },
    at: 'image_with_roles',
    says: `${role} together with reference_image is not described`,
  })),
});
