import { asList, asObject, type Json } from './json.ts';

/**
 * The clip links of a finished task, in the order in which the sheets trust their places: APIMart
 * `result.videos[].url` (text or list; sheet section 3.3), EvoLink `results`, `result_data`,
 * `output.video_url` (sheet section 3.2), then the bare forms that older pages show. Only http and
 * https, each once.
 */
export function linksOf(task: Json): string[] {
  const result = asObject(task['result']);
  const places = [
    result?.['videos'],
    task['videos'],
    task['results'],
    task['result_data'],
    task['output'],
    result,
    task['video_url'],
    task['url'],
  ];
  return [...new Set(places.flatMap((place) => linksIn(place)).filter((text) => isWebLink(text)))];
}

/** A link is a text, a list of links, or an object with a link in one of these members. */
function linksIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.trim()];
  const list = asList(value);
  if (list.length > 0) return list.flatMap((item) => (Array.isArray(item) ? [] : linksIn(item)));
  const object = asObject(value);
  if (object === undefined) return [];
  return [object['video_url'], object['url']].flatMap((link) =>
    asList(link)
      .concat(link)
      .filter((text): text is string => typeof text === 'string'),
  );
}

function isWebLink(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
