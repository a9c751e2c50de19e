/** Rows that the sheets state for more than one model. */
import { defined } from '../../defined.ts';
import type { RuleRow } from '../card/card.ts';

export const modelRow = (rule: string): RuleRow => ({
  rule,
  text: 'model is the id of this model.',
  fields: ['model'],
  hint: 'The model is named by use:, not here.',
});

/**
 * If the type of duration is wrong; a number that is not offered breaks the model's own rule.
 */
export const wholeDurationRow = (rule: string): RuleRow => ({
  rule,
  text: 'duration is a JSON integer, never a quoted number.',
  types: ['duration'],
});

export const ratioRow = (rule: string): RuleRow => ({
  rule,
  text: 'aspect_ratio is 16:9, 9:16 or 1:1.',
  fields: ['aspect_ratio'],
});

/** Where the service takes the ratio of a picture: `when` is a condition on the body. */
export const ratioFromPictureRow = (
  rule: string,
  text: string,
  when?: NonNullable<RuleRow['drop']>['when'],
): RuleRow => ({
  rule,
  text,
  verdict: 'note',
  drop: {
    field: 'aspect_ratio',
    ...defined({ when }),
    because: 'the picture decides',
    value: true,
  },
});

/** The fields of a last frame and of a first one. */
export const lastNeedsFirstRow = (rule: string, last: string, first: string): RuleRow => ({
  rule,
  text: `${last} needs ${first}.`,
  when: { [last]: { present: true } },
  needs: { [first]: { present: true } },
  at: last,
  says: `${last} is given without ${first}`,
});

/** R7: the table holds the bound. */
export const framesRows: readonly RuleRow[] = [
  {
    rule: 'R7',
    text: 'At most two image_urls: the first frame, or first and last frame.',
    fields: ['image_urls', 'image_urls.*'],
  },
];

export const linksRow = (rule: string): RuleRow => ({
  rule,
  text: 'Image links are http(s) URLs of a public host: no data URI, no private address.',
  links: 'public',
});

/** `when`: a picture is there. */
export const pictureMayWinRow = (rule: string, when: NonNullable<RuleRow['when']>): RuleRow => ({
  rule,
  text: 'With a picture, its ratio may win over aspect_ratio.',
  verdict: 'warn',
  when: { ...when, aspect_ratio: { present: true } },
  at: 'aspect_ratio',
  says: 'aspect_ratio may be overridden by the ratio of the picture',
  hint: 'Leave it out where a picture decides: `aspect_ratio: null`.',
});

export const ratioOfImageRow: RuleRow = {
  rule: 'R32',
  text: 'With an image, the ratio of the image may win over aspect_ratio.',
  verdict: 'warn',
  when: { image_urls: { list: true }, aspect_ratio: { present: true } },
  at: 'aspect_ratio',
  says: 'aspect_ratio may be overridden by the ratio of the image',
  hint: 'Leave it out where an image decides: `aspect_ratio: null`.',
};

/**
 * Pages choose what is made by the presence of a field, and say nothing of an empty list: it is as
 * if it had never been set.
 */
export const emptyListsRow: RuleRow = {
  rule: 'empty-list',
  text: 'Empty lists are not sent.',
  verdict: 'note',
  mark: 'assumed',
};

/** No page says that a text of blanks is refused, and a clip of nothing still costs money. */
export const notBlankRow: RuleRow = {
  rule: 'blank-prompt',
  text: 'A prompt of blanks alone describes nothing.',
  verdict: 'warn',
  mark: 'assumed',
  notBlank: ['prompt'],
};
