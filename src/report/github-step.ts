/**
 * Data that a step gives GitHub besides text: outputs, log groups, and the comment that is found
 * again and updated in place.
 */
import { commandData } from './text/escape.ts';
import { COMMENT_BYTES } from './plan/plan-markdown.ts';

/**
 * Lines to append to the file that `GITHUB_OUTPUT` names, safe for values of several lines.
 * @param delimiter any word; it is made longer until no value holds it, so a value can never end
 * its own block and set another output.
 */
export function stepOutputs(
  outputs: Readonly<Record<string, string | number | boolean>>,
  delimiter: string,
): string {
  const entries = Object.entries(outputs).map(
    ([name, value]) =>
      [name.replace(/[^A-Za-z0-9_-]/g, '-'), String(value).replace(/\r\n?/g, '\n')] as const,
  );
  let end = delimiter.replace(/[^A-Za-z0-9_]/g, '_') || 'END';
  while (entries.some(([, value]) => value.includes(end))) end += '_';
  return entries.map(([name, value]) => `${name}<<${end}\n${value}\n${end}\n`).join('');
}

/**
 * Linux starts no process with an environment variable of 128 KiB or more, and an input of an
 * action is one: a step that is given more does not start. (MAX_ARG_STRLEN in execve(2), read
 * 2026-11-29.)
 */
const LIST_BYTES = 100_000;

/** Paths with `/`, a line each; where they are too many, the folders that hold them. */
export function pathList(paths: readonly string[]): string {
  let list = paths.join('\n');
  for (let shown = paths; Buffer.byteLength(list) > LIST_BYTES; list = shown.join('\n')) {
    const above = [...new Set(shown.map((path) => path.replace(/\/[^/]*$/, '')))];
    if (above.length === shown.length && above.every((path, index) => path === shown[index])) break;
    shown = above;
  }
  return list;
}

/** Folds everything printed between the two in the log. */
export const logGroup = (title: string): string => `::group::${commandData(title)}\n`;
export const LOG_GROUP_END = '::endgroup::\n';

/**
 * Hidden first line by which the next push finds the comment. `key`: one comment per workflow and
 * key.
 */
export const commentMarker = (key: string): string =>
  `<!-- rushes:${key
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/-{2,}/g, '-')
    .slice(0, 80)} -->`;

/**
 * The comment to write, under GitHub's 65,536 characters if the page is made with {@link
 * COMMENT_BYTES}.
 */
export function stickyComment(page: string, key: string): string {
  const body = `${commentMarker(key)}\n${page}`;
  // A page of another maker may be longer; a cut comment is better than none, and a cut tag is
  // closed by the blank line.
  return Buffer.byteLength(body, 'utf8') <= COMMENT_BYTES + 1000
    ? body
    : `${Buffer.from(body)
        .subarray(0, COMMENT_BYTES)
        .toString('utf8')
        .replace(/\n[^\n]*$/, '')}\n\n… cut: the job summary has the rest\n`;
}

/**
 * New text of an earlier comment when a later push no longer changes any clip. Nothing is written
 * if there is no comment yet.
 */
export const settledComment = (key: string): string =>
  stickyComment('🎬 This no longer changes any clip, and costs nothing.\n', key);

/** New text of a comment beside the one that is kept up to date. */
export const supersededComment = (key: string): string =>
  stickyComment('🎬 Another comment of this pull request has the plan.\n', key);
