/**
 * Requirements for image links on both gateways, checked by their text alone: no name is resolved
 * here.
 */
import { isPlaceholder } from '../../pictures/placeholder.ts';
import { isPublicHost } from '../../ports/http/public-address.ts';

/** A blank, a tab or a line break in a link, or `undefined`: some services cut it off there. */
export function blankProblem(
  link: string,
): { readonly why: string; readonly hint: string } | undefined {
  const [found] = /[\s\p{Cc}]/u.exec(link) ?? [];
  if (found === undefined) return undefined;
  const why = `which holds ${found === ' ' ? 'a space' : found === '\t' ? 'a tab' : /[\n\r]/.test(found) ? 'a line break' : 'a blank or control character'}`;
  return link.trim() === link && found === ' '
    ? { why, hint: 'Write %20 for a space.' }
    : { why, hint: 'Take it out: a link is one word.' };
}

/** Stands for a picture that is uploaded before the request: the link comes then. */
export const isUploaded = isPlaceholder;

/** Why no service could fetch an image from a link, or `undefined`. */
export function linkProblem(
  link: string,
): { readonly why: string; readonly hint: string } | undefined {
  if (isUploaded(link)) return undefined;
  if (/^data:/i.test(link))
    return {
      why: 'a data URI',
      hint: 'Publish the image and give its http(s) URL: the service fetches it itself.',
    };
  if (/^\s*https?:\/\//i.test(link)) {
    const blank = blankProblem(link);
    if (blank !== undefined) return blank;
  }
  if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) {
    return {
      why: 'which is not an http(s) URL',
      hint: 'Give its https:// URL; the path of a picture can be written in first_frame, last_frame, elements and references.',
    };
  }
  if (!isPublicHost(new URL(link).hostname)) {
    return {
      why: 'whose host is not on the public internet',
      hint: 'The service fetches the image from outside: use a public host.',
    };
  }
  return undefined;
}
