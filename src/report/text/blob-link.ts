/** Links from pages on GitHub to the lines of a file at one commit. */
import { markdownText, urlPath } from './escape.ts';

export interface BlobOptions {
  /**
   * Ending in `/`: `https://github.com/owner/repo/blob/<sha>/`. Without it lines are named, not
   * linked.
   */
  readonly blobUrl?: string;
  /** The working folder as seen from the repository's root. Default the root. */
  readonly folder?: string;
}

/** The text, linked to the line if it can be. */
export function blobLine(
  text: string,
  { file, line }: { readonly file: string; readonly line: number },
  { blobUrl, folder = '' }: BlobOptions,
): string {
  if (blobUrl === undefined) return markdownText(text);
  return `[${markdownText(text)}](${blobUrl}${urlPath(fromRoot(folder, file))}#L${line})`;
}

/** `films` and `../../shared/a.yaml` is `shared/a.yaml`. */
export function fromRoot(folder: string, file: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${file}`.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
