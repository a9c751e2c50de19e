/** The callback field of EvoLink. */
import { isPublicHost } from '../../ports/http/public-address.ts';
import type { Fields, RuleRow } from '../card/card.ts';
import { codePoints, text } from '../fields.ts';
import { quoted } from '../format-value.ts';
import { blankProblem } from '../text/links.ts';

const LONGEST = 2048;

export const evolinkDeliveryFields: Fields = {
  callback_url: {
    type: 'text',
    title: 'Callback',
    about: 'HTTPS URL of a public host that is told when the task ends.',
  },
};

/** E12 of the EvoLink sheet; CE8 on the other models. */
export const callbackRow = (rule: string): RuleRow => ({
  rule,
  text: `callback_url is an HTTPS URL of a public host with at most ${LONGEST} characters.`,
  fields: ['callback_url'],
  *breaches(body) {
    const link = text(body, 'callback_url');
    const problem = link === undefined ? undefined : callbackProblem(link);
    if (link !== undefined && problem !== undefined)
      yield {
        path: ['callback_url'],
        message: `callback_url is ${quoted(link)}, ${problem}`,
        hint: 'Use an https:// URL of a public host.',
      };
  },
});

function callbackProblem(link: string): string | undefined {
  if (codePoints(link) > LONGEST) return `which is longer than ${LONGEST} characters`;
  const blank = blankProblem(link);
  if (blank !== undefined) return blank.why;
  if (!/^https:\/\//i.test(link) || !URL.canParse(link)) return 'which is not an https URL';
  return isPublicHost(new URL(link).hostname)
    ? undefined
    : 'whose host is not on the public internet';
}
