/**
 * One comment on a pull request, found again by its hidden mark and updated in place. Never fails
 * the step: it is only reported.
 */
import { commentMarker, settledComment, stickyComment } from '../../report/github-step.ts';
import { stepNote } from '../../report/text/annotations.ts';
import { at, readEvent } from './event.ts';
import type { Inputs } from './inputs.ts';
import { type PatientApi, patientApi } from './patient-api.ts';
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
  try {
    const mine = await findComment(api, `/repos/${repository}/issues/${number}/comments`, {
      key: commentKey,
      login: await api.login(),
    });
    if (typeof mine === 'string') return tell(io, mine);
    if (mine === undefined && page.kind !== 'price') return;
    const body =
      page.kind === 'nothing'
        ? settledComment(commentKey)
        : stickyComment(page.markdown, commentKey);
    if (mine?.body === body) return;
    const { status } = await (mine === undefined
      ? api.request('POST', `/repos/${repository}/issues/${number}/comments`, { body })
      : api.request('PATCH', `/repos/${repository}/issues/comments/${mine.id}`, { body }));
    if (status < 200 || status > 299)
      tell(
        io,
        `GitHub answered ${status} to the comment (a fork's token may not write; the workflow needs pull-requests: write): the plan is in the job summary`,
      );
  } finally {
    await api.close();
  }
}

/** The comment of an earlier run, `undefined` if there is none, or why that is unknown. */
async function findComment(
  api: PatientApi,
  path: string,
  { key, login }: { readonly key: string; readonly login: string },
): Promise<{ readonly id: number; readonly body: string } | undefined | string> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { status, value } = await api.request(
      'GET',
      `${path}?per_page=${PAGE_SIZE}&page=${page}`,
    );
    if (status !== 200 || !Array.isArray(value))
      return `GitHub answered ${status} when asked for the comments: the plan is in the job summary`;
    for (const comment of value as readonly unknown[]) {
      const [id, body] = [at(comment, ['id']), at(comment, ['body'])];
      const isOwn = at(comment, ['user', 'login']) === login;
      if (
        isOwn &&
        typeof id === 'number' &&
        typeof body === 'string' &&
        body.startsWith(commentMarker(key))
      )
        return { id, body };
    }
    if (value.length < PAGE_SIZE) return undefined;
  }
  return undefined;
}

const tell = (io: Io, message: string): void => io.stderr.write(stepNote('notice', message));
