/**
 * What image links must be on both gateways, judged by their text alone: nobody resolves a name
 * here.
 */
import { isPublicHost } from '../../ports/public-address.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { list, objects } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Breach, Rule } from '../rule.ts';
import { fieldName, quoted } from '../format-value.ts';

type Links = (body: JsonObject) => Iterable<readonly [path: BodyPath, link: string]>;

/** R31: every image link is one that the service can fetch. */
export const r31 = (links: Links): Rule => ({
  rule: 'R31',
  text: 'Image links are http(s) URLs of a public host: no data URI, no private address.',
  verdict: 'refuse',
  mark: 'seed',
  about: ['image_urls', 'last_frame_image', 'element_list'],
  *breaches(body) {
    for (const [path, link] of links(body)) {
      const problem = linkProblem(link);
      if (problem !== undefined)
        yield {
          path,
          message: `${fieldName(path)} is ${quoted(link)}, ${problem.why}`,
          hint: problem.hint,
        };
    }
  },
});

/** Why no service could fetch an image from a link, or `undefined`. */
export function linkProblem(
  link: string,
): { readonly why: string; readonly hint: string } | undefined {
  if (/^data:/i.test(link))
    return {
      why: 'a data URI',
      hint: 'Publish the image and give its http(s) URL: the service fetches it itself.',
    };
  if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) {
    return {
      why: 'which is not an http(s) URL',
      hint: 'Local files cannot be sent yet: publish the image and give its URL.',
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

/** `image_urls`, as far as its items are text. */
export function* imageUrls(body: JsonObject): Generator<readonly [BodyPath, string]> {
  yield* linksOf(list(body, 'image_urls'), ['image_urls']);
}

/** Every image of every element that is made on the fly. */
export function* elementImages(body: JsonObject): Generator<readonly [BodyPath, string]> {
  for (const [index, element] of objects(list(body, 'element_list'))) {
    yield* linksOf(list(element, 'element_input_urls'), [
      'element_list',
      index,
      'element_input_urls',
    ]);
  }
}

function* linksOf(
  items: readonly Json[] | undefined,
  path: BodyPath,
): Generator<readonly [BodyPath, string]> {
  for (const [index, item] of (items ?? []).entries())
    if (typeof item === 'string') yield [[...path, index], item];
}

/** R32: what the page says of both at once. */
export const r32: Rule = {
  rule: 'R32',
  text: 'With an image, the ratio of the image may win over aspect_ratio.',
  verdict: 'warn',
  mark: 'seed',
  about: ['image_urls'],
  *breaches(body): Generator<Breach> {
    if ((list(body, 'image_urls')?.length ?? 0) > 0 && Object.hasOwn(body, 'aspect_ratio')) {
      yield {
        path: ['aspect_ratio'],
        message: 'aspect_ratio may be overridden by the ratio of the image',
        hint: 'aspect_ratio: null leaves it out where an image decides.',
      };
    }
  },
};
