/** Values that many keys take: names, links, pictures, whole numbers. */
import * as z from 'zod';
import { nameProblem } from '../../../ids.ts';
import { mediaUrlProblem, pictureProblem, type UrlProblem } from '../urls.ts';

/** What zod says of a text where a whole number is expected: it would say "number". */
export const WHOLE_NUMBER = 'a whole number';

export const name = z.string().check(
  judge((text) => {
    const problem = nameProblem(text);
    return problem === undefined ? undefined : { code: 'bad-name', message: problem };
  }),
);
/**
 * Patterns are for editors only: they show the commonest mistakes while one types, and let
 * templates pass.
 */
export const sceneId = name.meta({ pattern: String.raw`^[^\s/\\.:#]+$|\$\{\{` });
/** A public link, or the path of a picture in the repository. */
export const picture = z
  .string()
  .check(judge(pictureProblem))
  .meta({
    pattern: String.raw`^https?://|\$\{\{|^[^:]+\.(?:[Jj][Pp][Ee]?[Gg]|[Pp][Nn][Gg]|[Ww][Ee][Bb][Pp])$`,
  });
export const mediaUrl = z
  .string()
  .check(judge(mediaUrlProblem))
  .meta({ pattern: String.raw`^https?://|\$\{\{` });
export const whole = z.int({ error: WHOLE_NUMBER });
export const count = whole.min(1);

/** A check whose finding keeps its code and hint on the way through zod. */
export function judge(
  problem: (
    text: string,
  ) =>
    | (Omit<UrlProblem, 'code' | 'hint'> & { readonly code: string; readonly hint?: string })
    | undefined,
) {
  return (payload: z.core.ParsePayload<string>): void => {
    const found = problem(payload.value);
    if (found === undefined) return;
    const { code, message, hint } = found;
    payload.issues.push({ code: 'custom', input: payload.value, message, params: { code, hint } });
  };
}
