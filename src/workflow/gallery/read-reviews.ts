/** The files of other reviewers that a page is to show. */
import path from 'node:path';
import type { FileProblem } from '../../ports/files/files.ts';
import { decodeReview, type ReviewFile } from '../../report/gallery/review-file.ts';
import { terminalLine } from '../../report/text/escape.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';

export type ReviewsRead =
  | { readonly ok: true; readonly reviews: readonly ReviewFile[] }
  | { readonly ok: false; readonly problem: string };

function whyUnread({ code, message }: FileProblem): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist';
    case 'EISDIR':
    case 'EINVAL':
      return 'is not a file';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read: permission denied';
    default:
      return `cannot be read: ${message}`;
  }
}

/** A reviewer without a name is called as the file is. */
export async function readReviews(
  at: Pick<Surroundings, 'cwd' | 'files'>,
  names: readonly string[],
): Promise<ReviewsRead> {
  const reviews: ReviewFile[] = [];
  for (const name of names) {
    const shown = terminalLine(name);
    const read = await filesOf(at).read(path.resolve(at.cwd, name));
    if (!read.ok) return { ok: false, problem: `the review ${shown} ${whyUnread(read.problem)}` };
    const review = decodeReview(new TextDecoder().decode(read.value));
    if (review === undefined)
      return {
        ok: false,
        problem: `${shown} is not a review: expected a file that the review page exports`,
      };
    const by =
      review.by === '' ? path.basename(name).replace(/(?:\.review)?\.json$/, '') : review.by;
    reviews.push({ ...review, by });
  }
  return { ok: true, reviews };
}
