/** One comment on a pull request, whosever token it is, and whatever GitHub answers. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Page, updateComment } from '../../src/commands/github/comment.ts';
import { COMMENT_BYTES } from '../../src/report/plan/plan-markdown.ts';
import { pullRequestEvent } from './harness/event.ts';
import { type Comment, type RestApi, startRestApi } from './harness/rest-api.ts';
import { virtualClock } from '../virtual-clock.ts';

const MARK = '<!-- rushes:plan -->';
const PRICE: Page = { kind: 'price', markdown: '### 12 dollars\n' };

let api: RestApi;
beforeEach(async () => {
  api = await startRestApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const own = (id: number, text: string, login = 'github-actions[bot]'): Comment => ({
  id,
  body: `${MARK}\n${text}`,
  user: { login },
});

/** What it said, and the pauses that it made. */
async function update(page: Page = PRICE) {
  const said: string[] = [];
  const pauses: number[] = [];
  const event = path.join(await mkdtemp(path.join(tmpdir(), 'rushes-comment-')), 'event.json');
  await writeFile(event, JSON.stringify(pullRequestEvent('0'.repeat(40), 7).payload));
  const stream = { write: (text: string) => void said.push(text), isTTY: false, columns: 80 };
  await updateComment(
    {
      env: {
        GITHUB_REPOSITORY: 'studio/film',
        GITHUB_EVENT_PATH: event,
        GITHUB_API_URL: api.url,
        GITHUB_GRAPHQL_URL: `${api.url}/graphql`,
      },
      cwd: '/',
      stdout: stream,
      stderr: stream,
      clock: {
        ...virtualClock(),
        sleep: (ms) => {
          pauses.push(ms);
          return Promise.resolve();
        },
      },
      onSignal: () => () => undefined,
      exitNow: () => undefined,
    },
    page,
    { token: 'ghs_token', commentKey: 'plan', prNumber: undefined },
  );
  return { said: said.join(''), pauses };
}

test('the token of an app: its comment is found again', async () => {
  api.login = 'film-bot[bot]';
  await update();
  await update({ kind: 'price', markdown: '### 13 dollars\n' });
  expect(api.comments.map(({ body }) => body)).toEqual([`${MARK}\n### 13 dollars\n`]);
});

test('it is unknown whose token it is: nothing is written, and the log says so', async () => {
  api.comments.push(own(1, '### 9 dollars', 'ada'));
  api.fault = ({ path: asked }) => (asked.endsWith('/comments') ? undefined : { status: 500 });
  const { said } = await update();
  expect(api.writes).toEqual([]);
  expect(said).toMatch(/^::notice .*whose token.*job summary/);
});

test('two comments of one key: the first has the price, the other no longer an old one', async () => {
  api.comments.push(own(1, '### 9 dollars'), own(2, '### 10 dollars'), own(3, '9 dollars!', 'ada'));
  await update();
  expect(api.comments.map(({ body }) => body)).toEqual([
    `${MARK}\n### 12 dollars\n`,
    expect.stringMatching(/^<!-- rushes:plan -->\n(?!.*dollars)/s),
    `${MARK}\n9 dollars!`,
  ]);
  const writes = api.writes.length;
  await update();
  expect(api.writes).toHaveLength(writes);
});

test('a comment that is deleted in between is written anew, but not to say that there is nothing', async () => {
  for (const [page, left] of [
    [PRICE, 1],
    [{ kind: 'nothing' }, 0],
  ] as const) {
    api.comments.splice(0, Infinity, own(1, '### 9 dollars'));
    api.fault = ({ method }) => {
      if (method === 'PATCH') api.comments.length = 0;
      return undefined;
    };
    await update(page);
    expect(api.comments).toHaveLength(left);
  }
});

test('a server that gives fewer comments a page than asked for: the next page is asked for', async () => {
  api.pageSize = 30;
  for (let id = 1; id <= 45; id++) api.comments.push({ ...own(id, ''), body: 'LGTM' });
  await update();
  await update();
  expect(api.comments).toHaveLength(46);
});

test('a page of the longest comments is read', async () => {
  for (let id = 1; id <= 100; id++)
    api.comments.push({ ...own(id, ''), body: '字'.repeat(COMMENT_BYTES) });
  await update();
  expect(api.comments).toHaveLength(101);
});

test.each([
  [403, { 'retry-after': '7' }, [7000]],
  [429, { 'retry-after': '7' }, [7000]],
  [429, {}, [1000]],
] as const)(
  '%d with %j: the comment is sent again after a pause',
  async (status, headers, wait) => {
    let met = 0;
    api.fault = ({ method, path: asked }) =>
      method === 'POST' && asked.endsWith('/comments') && met++ === 0
        ? { status, headers }
        : undefined;
    expect((await update()).pauses).toEqual(wait);
    expect(api.comments).toHaveLength(1);
  },
);

test('a limit that ends in half an hour is not waited for', async () => {
  api.fault = ({ path: asked }) =>
    asked.endsWith('/comments')
      ? { status: 403, message: 'API rate limit exceeded', headers: { 'retry-after': '1800' } }
      : undefined;
  const { said, pauses } = await update();
  expect(pauses).toEqual([]);
  expect(said).toContain('GitHub answered 403 (API rate limit exceeded)');
});

test('GitHub says why it refuses a comment', async () => {
  api.fault = ({ method, path: asked }) =>
    method === 'POST' && asked.endsWith('/comments')
      ? { status: 403, message: 'Unable to create comment because issue is locked.\n::error::x' }
      : undefined;
  const { said } = await update();
  expect(said).toContain('issue is locked');
  expect(said.split('\n')).toHaveLength(2);
});

test('no answer, and an answer that is no list, are said as such', async () => {
  api.fault = ({ path: asked }) => (asked.endsWith('/comments') ? { status: 200 } : undefined);
  expect((await update()).said).toContain('not with a list of comments');
});
