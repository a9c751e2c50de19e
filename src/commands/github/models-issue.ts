/**
 * One issue about models that have moved, found again by its hidden mark. Edited only when the
 * facts have changed, so that the same news is not repeated every week.
 */
import { MODELS_ISSUE_MARK, MODELS_ISSUE_TITLE } from '../../report/models-check-markdown.ts';
import type { Io } from '../shared/io.ts';
import { at } from './event.ts';
import { type PatientApi, patientApi } from './patient-api.ts';
import { answerWords } from './rest-api.ts';

const PAGE_SIZE = 100;
/** 1,000 issues of the same author: beyond them a new one is made. */
const MOST_PAGES = 10;

interface OwnIssue {
  readonly number: number;
  readonly body: string;
  readonly isOpen: boolean;
}

/** The result for the issue, or why nothing could be written. */
export type IssueOutcome =
  | { readonly kind: 'opened' | 'updated' | 'closed' | 'unchanged'; readonly number: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Opens the issue, or brings it up to date. An issue that a person closed stays closed until
 * something else moves. `hasMoved: false` closes an open one, and opens none.
 */
export async function updateModelsIssue(
  io: Io,
  { page, hasMoved }: { readonly page: string; readonly hasMoved: boolean },
  token: string,
): Promise<IssueOutcome> {
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (repository === '' || token === '')
    return { kind: 'failed', why: 'this is not a run of a repository, or it has no token' };
  const api = patientApi(io, token);
  const issues = `/repos/${repository}/issues`;
  const body = `${MODELS_ISSUE_MARK}\n${page}`;
  const write = async (
    kind: 'opened' | 'updated' | 'closed',
    mine: OwnIssue | undefined,
    change: object,
  ): Promise<IssueOutcome> => {
    const answered = await (mine === undefined
      ? api.request('POST', issues, change)
      : api.request('PATCH', `${issues}/${mine.number}`, change));
    const { status, value } = answered;
    const number = mine?.number ?? at(value, ['number']);
    return status >= 200 && status <= 299 && typeof number === 'number'
      ? { kind, number }
      : { kind: 'failed', why: `GitHub ${answerWords(answered)}: the job needs issues: write` };
  };
  try {
    const mine = await findIssue(api, issues);
    if (typeof mine === 'string') return { kind: 'failed', why: mine };
    if (!hasMoved)
      return mine?.isOpen === true
        ? await write('closed', mine, { body, state: 'closed', state_reason: 'completed' })
        : { kind: 'none' };
    if (mine === undefined)
      return await write('opened', undefined, { title: MODELS_ISSUE_TITLE, body });
    if (mine.body === body) return { kind: 'unchanged', number: mine.number };
    return await write('updated', mine, { body, ...(mine.isOpen ? {} : { state: 'open' }) });
  } finally {
    await api.close();
  }
}

/** The newest of our issues, `undefined` if there is none, or why that is unknown. */
async function findIssue(api: PatientApi, issues: string): Promise<OwnIssue | undefined | string> {
  const login = await api.login();
  if (login === undefined) return 'GitHub does not say whose token this is';
  const query = `state=all&creator=${encodeURIComponent(login)}&per_page=${PAGE_SIZE}`;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answered = await api.request('GET', `${issues}?${query}&page=${page}`);
    const { status, value, hasNext } = answered;
    if (status !== 200) return `GitHub ${answerWords(answered)} when asked for the issues`;
    if (!Array.isArray(value)) return 'GitHub answered, but not with a list of issues';
    for (const issue of value as readonly unknown[]) {
      const [number, body] = [at(issue, ['number']), at(issue, ['body'])];
      const isOwn =
        at(issue, ['user', 'login']) === login && at(issue, ['pull_request']) === undefined;
      if (isOwn && typeof number === 'number' && isMarked(body))
        return { number, body, isOpen: at(issue, ['state']) === 'open' };
    }
    if (value.length < PAGE_SIZE && hasNext !== true) return undefined;
  }
  return undefined;
}

const isMarked = (body: unknown): body is string =>
  typeof body === 'string' && body.startsWith(MODELS_ISSUE_MARK);
