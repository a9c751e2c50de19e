/**
 * One comment on a pull request, found again by its hidden mark and updated in place. Never fails
 * the step: it is only told.
 */
import { undiciHttp } from '../../ports/undici-http.ts';
import { commentMarker, settledComment, stickyComment } from '../../report/github-step.ts';
import { at, readEvent } from './event.ts';
import type { Io } from '../shared/io.ts';

const KEY = 'plan';
const PAGE_SIZE = 100;
/** 1,000 comments: beyond it a new one is made. */
const MOST_PAGES = 10;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * `page`: Markdown, or `undefined` where nothing changes: then a comment that is there is settled,
 * and none is made.
 */
export async function updateComment(
  io: Io,
  page: string | undefined,
  token: string,
): Promise<void> {
  const number = at(await readEvent(io), ['pull_request', 'number']);
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (typeof number !== 'number' || repository === '')
    return tell(io, 'this run is about no pull request, so there is nothing to comment on');
  if (token === '') return tell(io, 'no token, so no comment: the plan is in the job summary');
  const http = undiciHttp();
  const api = io.env['GITHUB_API_URL'] || 'https://api.github.com';
  const request = async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly value: unknown }> => {
    const answer = await http.request({
      method,
      url: `${api}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'rushes',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.kind !== 'answer') return { status: 0, value: answer.kind };
    const { text } = await answer.body.text(MOST_BYTES);
    try {
      return { status: answer.status, value: JSON.parse(text) };
    } catch {
      return { status: answer.status, value: undefined };
    }
  };
  try {
    const mine = await findComment(request, `/repos/${repository}/issues/${number}/comments`);
    if (typeof mine === 'string') return tell(io, mine);
    if (mine === undefined && page === undefined) return;
    const body = page === undefined ? settledComment(KEY) : stickyComment(page, KEY);
    if (mine?.body === body) return;
    const { status } = await (mine === undefined
      ? request('POST', `/repos/${repository}/issues/${number}/comments`, { body })
      : request('PATCH', `/repos/${repository}/issues/comments/${mine.id}`, { body }));
    if (status < 200 || status > 299)
      tell(
        io,
        `GitHub answered ${status} to the comment (a fork's token may not write; the workflow needs pull-requests: write): the plan is in the job summary`,
      );
  } finally {
    await http.close();
  }
}

type Request = (
  method: 'GET',
  path: string,
) => Promise<{ readonly status: number; readonly value: unknown }>;

/** The comment of an earlier run, `undefined` if there is none, or why nobody can know. */
async function findComment(
  request: Request,
  path: string,
): Promise<{ readonly id: number; readonly body: string } | undefined | string> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { status, value } = await request('GET', `${path}?per_page=${PAGE_SIZE}&page=${page}`);
    if (status !== 200 || !Array.isArray(value))
      return `GitHub answered ${status} when asked for the comments: the plan is in the job summary`;
    for (const comment of value as readonly unknown[]) {
      const [id, body] = [at(comment, ['id']), at(comment, ['body'])];
      if (typeof id === 'number' && typeof body === 'string' && body.startsWith(commentMarker(KEY)))
        return { id, body };
    }
    if (value.length < PAGE_SIZE) return undefined;
  }
  return undefined;
}

const tell = (io: Io, message: string): void =>
  io.stderr.write(`::notice title=rushes::${message}\n`);
