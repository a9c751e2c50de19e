/**
 * One comment on a pull request, found again by its hidden mark and updated in place. Never fails
 * the step: it is only reported.
 */
import {
  commentMarker,
  settledComment,
  stickyComment,
  supersededComment,
} from '../../report/github-step.ts';
import { stepNote } from '../../report/text/annotations.ts';
import { at, readEvent } from './event.ts';
import type { Inputs } from './inputs.ts';
import { type PatientApi, patientApi } from './patient-api.ts';
import { answerWords, type RestAnswer } from './rest-api.ts';
import type { Io } from '../shared/io.ts';

const PAGE_SIZE = 100;
/** 1,000 comments: beyond it a new one is made. */
const MOST_PAGES = 10;

/** The text of a comment. A new comment is made only for a price. */
export type Page =
  | { readonly kind: 'price' | 'errors'; readonly markdown: string }
  /** The comment of an earlier push is settled. */
  | { readonly kind: 'nothing' };

export async function updateComment(
  io: Io,
  page: Page,
  { token, commentKey, prNumber }: Pick<Inputs, 'token' | 'commentKey' | 'prNumber'>,
): Promise<void> {
  const number = prNumber ?? at(await readEvent(io), ['pull_request', 'number']);
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (typeof number !== 'number' || repository === '')
    return tell(io, 'this run has no pull request, so there is nothing to comment on');
  if (token === '') return tell(io, 'no token, so no comment: the plan is in the job summary');
  const api = patientApi(io, token);
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const change = ({ id }: Own, body: string): Promise<RestAnswer> =>
    api.request('PATCH', `/repos/${repository}/issues/comments/${id}`, { body });
  try {
    const login = await api.login();
    if (login === undefined) return tell(io, `GitHub does not say whose token this is: ${INSTEAD}`);
    const found = await ownComments(api, comments, { key: commentKey, login });
    if (typeof found === 'string') return tell(io, found);
    const [mine, ...others] = found;
    if (mine === undefined && page.kind !== 'price') return;
    const body =
      page.kind === 'nothing'
        ? settledComment(commentKey)
        : stickyComment(page.markdown, commentKey);
    let answered = mine === undefined || mine.body === body ? undefined : await change(mine, body);
    // Not there yet, or deleted a moment ago.
    if (mine === undefined || (answered?.status === 404 && page.kind === 'price'))
      answered = await api.request('POST', comments, { body });
    // Two runs at once have each made one: a price in it would stay what it was.
    const superseded = supersededComment(commentKey);
    for (const other of others) if (other.body !== superseded) await change(other, superseded);
    if (answered !== undefined && (answered.status < 200 || answered.status > 299))
      tell(
        io,
        `GitHub ${answerWords(answered)} to the comment${answered.status === 403 || answered.status === 404 ? RIGHTS : ''}: ${INSTEAD}`,
      );
  } finally {
    await api.close();
  }
}

const INSTEAD = 'the plan is in the job summary';
const RIGHTS = " (a fork's token may not write; the workflow needs pull-requests: write)";

interface Own {
  readonly id: number;
  readonly body: string;
}

/** The comments of earlier runs, oldest first, or why they are unknown. */
async function ownComments(
  api: PatientApi,
  path: string,
  { key, login }: { readonly key: string; readonly login: string },
): Promise<readonly Own[] | string> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answered = await api.request('GET', `${path}?per_page=${PAGE_SIZE}&page=${page}`);
    const { status, value, hasNext } = answered;
    if (status !== 200)
      return `GitHub ${answerWords(answered)} when asked for the comments: ${INSTEAD}`;
    if (!Array.isArray(value))
      return `GitHub answered, but not with a list of comments: ${INSTEAD}`;
    const own = (value as readonly unknown[]).flatMap((comment) => {
      const [id, body] = [at(comment, ['id']), at(comment, ['body'])];
      const isOwn =
        at(comment, ['user', 'login']) === login &&
        typeof body === 'string' &&
        body.startsWith(commentMarker(key));
      return isOwn && typeof id === 'number' ? [{ id, body }] : [];
    });
    // Those of runs at the same time are beside each other: further pages need not be asked for.
    if (own.length > 0) return own;
    if (value.length < PAGE_SIZE && hasNext !== true) return [];
  }
  return [];
}

const tell = (io: Io, message: string): void => io.stderr.write(stepNote('notice', message));
