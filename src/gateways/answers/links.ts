import { asObject, type Json } from './json.ts';

/**
 * What a link leads to, as far as its place and its name say. `other`: a cover, a picture, a sound.
 */
type LinkKind = 'video' | 'unknown' | 'other';

/**
 * Members of a task that may hold its result, in the order in which the sheets trust them: APIMart
 * `result.videos[].url` (sheet section 3.3), EvoLink `results`, `result_data`, `output.video_url`
 * (sheet section 3.2), then what other gateways of this kind answer. Nothing else is looked into:
 * an answer may repeat the request, and a reference video is not the clip.
 */
const PLACES = [
  'result',
  'videos',
  'results',
  'result_data',
  'output',
  'outputs',
  'data',
  'video',
  'video_url',
  'url',
  'result_url',
  'download_url',
  // Where the software behind many gateways puts the link of a finished task.
  'fail_reason',
];
/** Members that repeat the request, inside a result too. */
const REQUEST =
  /^(?:input|inputs|request|params|parameters|model_params|prompt|metadata|image_urls|webhook|callback_url)$/i;
/** Members without a meaning: their parent has it. */
const PLAIN = /^(?:urls?|links?|src|href|uri|file_?url|download_?url)$/i;
const VIDEO_MEMBER = /video|clip|mp4/i;
const OTHER_MEMBER =
  /image|cover|thumb|poster|preview|frame|audio|music|sound|subtitle|stream|gif|doc/i;
const VIDEO_FILE = /\.(?:mp4|m4v|mov|webm|mkv)$/i;
const OTHER_FILE =
  /\.(?:jpe?g|png|webp|gif|avif|heic|svg|bmp|mp3|wav|m4a|aac|ogg|opus|flac|srt|vtt|json|html?|txt|m3u8|zip)$/i;

const DEEPEST = 6;
/** More members than any answer has. */
const MOST_VISITS = 2_000;
/** More links than this are not tried. */
const MOST_LINKS = 24;

/**
 * The links of a finished task: videos first, then what says nothing of its kind, then pictures and
 * sounds, because some gateways give a clip a wrong name. Only http and https, each once, 24 at
 * most.
 */
export function linksOf(task: Json): string[] {
  const found = new Map<string, LinkKind>();
  let visits = 0;
  const collect = (value: unknown, member: string, depth: number): void => {
    visits += 1;
    if (depth > DEEPEST || visits > MOST_VISITS) return;
    if (typeof value === 'string') {
      const link = value.trim();
      if (!isWebLink(link)) return;
      const kind = kindOf(link, member);
      const known = found.get(link);
      if (known === undefined || RANK[kind] < RANK[known]) found.set(link, kind);
    } else if (Array.isArray(value)) {
      for (const item of value) collect(item, member, depth + 1);
    } else {
      for (const [name, inner] of Object.entries(asObject(value) ?? {}))
        if (!REQUEST.test(name)) collect(inner, PLAIN.test(name) ? member : name, depth + 1);
    }
  };
  for (const place of PLACES) collect(task[place], place, 0);
  return [...found]
    .sort(([, a], [, b]) => RANK[a] - RANK[b])
    .slice(0, MOST_LINKS)
    .map(([link]) => link);
}

const RANK: Readonly<Record<LinkKind, number>> = {
  video: 0,
  unknown: 1,
  other: 2,
};

/** The name of the file is believed before the name of the member. */
function kindOf(link: string, member: string): LinkKind {
  const { pathname } = new URL(link);
  if (OTHER_FILE.test(pathname)) return 'other';
  if (OTHER_MEMBER.test(member)) return VIDEO_FILE.test(pathname) ? 'unknown' : 'other';
  return VIDEO_FILE.test(pathname) || VIDEO_MEMBER.test(member) ? 'video' : 'unknown';
}

function isWebLink(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
