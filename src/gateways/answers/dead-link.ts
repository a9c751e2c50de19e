/**
 * Whether a gateway says that it cannot read a link of the request. EvoLink has a code for it
 * (docs/providers/evolink.md, section 4.3); APIMart publishes none, so its words are all there is.
 */
const CODE = 'invalid_media_url';
const WHAT = String.raw`\b(?:image|picture|photo|media|file|url|link)s?\b`;
const GONE = String.raw`\b(?:expired|inaccessible|unreachable|not (?:be )?(?:found|exist|accessible|reachable|available|read|downloaded|fetched|loaded|accessed)|no longer (?:available|exists)|(?:failed|unable) to (?:download|fetch|read|load|get|access))\b`;
const WORDS = new RegExp(`${WHAT}.{0,60}?${GONE}|${GONE}.{0,60}?${WHAT}`, 'i');
/** "The picture cannot be downloaded", "the link has expired"; not "the review failed". */
const CHINESE_WORDS =
  /(?:图片|链接|素材).{0,20}?(?:过期|失效|不存在|无法(?:访问|下载|读取|获取|打开|加载)|(?:下载|读取|获取|加载)失败)/;
/** Words for the model's output, not for its input. */
const RESULT = /\b(?:generated|result|output)\b/i;

export const saysDeadLink = (code: string | undefined, message: string): boolean =>
  code?.toLowerCase() === CODE ||
  (!RESULT.test(message) && (WORDS.test(message) || CHINESE_WORDS.test(message)));
