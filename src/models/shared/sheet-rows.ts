/** Rows of the common rules of the two model sheets: CM (APIMart) and CE (EvoLink). */
import { defined } from '../../defined.ts';
import type { RuleRow } from '../card/card.ts';
import { linksRow, modelRow, wholeDurationRow } from './common-rows.ts';
import { callbackRow } from './evolink-delivery.ts';

const userInfo = (rule: string): RuleRow => ({
  rule,
  text: 'Links hold no user name.',
  verdict: 'warn',
  mark: 'assumed',
  links: 'no-user-info',
});

const empties = (rule: string): RuleRow => ({
  rule,
  text: 'Empty texts and lists are not sent.',
  verdict: 'note',
  mark: 'assumed',
  empties: true,
});

const formats = (rule: string): RuleRow => ({
  rule,
  text: 'The name of a file does not contradict the formats that the page lists.',
  verdict: 'warn',
  mark: 'assumed',
  formats: true,
});

export const apimartRows = (has: {
  readonly duration?: false;
  readonly links?: true;
  readonly formats?: true;
  readonly nsfw?: false;
}): readonly RuleRow[] => [
  modelRow('CM1'),
  ...(has.duration === false ? [] : [wholeDurationRow('CM2')]),
  ...(has.links === true ? [linksRow('CM3'), userInfo('CM3')] : []),
  ...(has.nsfw === false
    ? []
    : [
        {
          rule: 'CM8',
          text: 'nsfw_check does not look at videos and sounds, and lets all pass when the checker is down.',
          verdict: 'note',
          when: { nsfw_check: true },
          at: 'nsfw_check',
          says: 'nsfw_check looks at prompts and pictures alone, and lets all pass when it is down',
        } satisfies RuleRow,
      ]),
  ...(has.formats === true ? [formats('CM12')] : []),
  empties('CM14'),
];

export const evolinkRows = (has: {
  readonly links?: true;
  readonly formats?: true;
}): readonly RuleRow[] => [
  modelRow('CE1'),
  wholeDurationRow('CE2'),
  ...(has.links === true
    ? [
        linksRow('CE3'),
        {
          rule: 'CE3',
          text: 'Links are https.',
          verdict: 'warn',
          mark: 'assumed',
          links: 'https',
        } satisfies RuleRow,
        userInfo('CE3'),
      ]
    : []),
  callbackRow('CE8'),
  ...(has.formats === true ? [formats('CE9')] : []),
  empties('CE13'),
];

/** `sound: true` of another model becomes the text that EvoLink's kling models take. */
export const soundRow = (rule: string): RuleRow => ({
  rule,
  text: 'sound true or false is sent as on or off.',
  verdict: 'note',
  map: {
    field: 'sound',
    values: [
      [true, 'on'],
      [false, 'off'],
    ],
    says: 'sound {from} is sent as "{to}"',
  },
});

export const insideRow: RuleRow = {
  rule: 'CE5',
  text: 'multi_shot, shot_type, multi_prompt, element_list and watermark_info at the top level are sent inside model_params.',
  verdict: 'note',
  inside: {
    parent: 'model_params',
    fields: ['multi_shot', 'shot_type', 'multi_prompt', 'element_list', 'watermark_info'],
  },
};

/** The prompt is there and says something. */
export const promptRow = (rule: string, most?: number, unless?: RuleRow['unless']): RuleRow => ({
  rule,
  text: `prompt is there, is not blank${most === undefined ? '' : `, and has at most ${most} characters`}${unless === undefined ? '' : ', unless something else takes its place'}.`,
  fields: ['prompt'],
  ...(most === undefined ? {} : { longest: { prompt: most } }),
  ...defined({ unless }),
  needed: { field: 'prompt', blank: true },
});

export const fillRow = (
  rule: string,
  field: string,
  value: string | number | boolean,
  when?: NonNullable<RuleRow['fill']>['when'],
): RuleRow => ({
  rule,
  text: `${field} is always sent${when === undefined ? '' : ', where it has a meaning'}: ${String(value)} if nothing is said.`,
  verdict: 'note',
  mark: 'assumed',
  fill: { field, value, ...defined({ when }) },
});

/**
 * Mentions in prompts, such as `<<<image_#>>>`: `#` is the number of an item of the lists `of`. No
 * page says what a wrong number does.
 */
export const tagRow = (
  rule: string,
  mark: string,
  noun: string,
  of: readonly string[],
  shown = mark.replace('#', 'N'),
): RuleRow => ({
  rule,
  text: `Every ${shown} in a prompt has ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun} number N.`,
  verdict: 'warn',
  mark: 'assumed',
  tags: { mark, of, noun },
});

/** Where `duration: -1` is allowed. */
export const openLengthRow = (rule: string, most: number): RuleRow => ({
  rule,
  text: `Where the model chooses the length, ${most} seconds are reserved.`,
  verdict: 'note',
  when: { duration: -1 },
  at: 'duration',
  says: `duration is -1: the model chooses, and ${most} seconds are reserved`,
});
