/**
 * Whether a person must approve before money is spent: an environment without required reviewers
 * needs no approval. GitHub creates a missing environment that a workflow names, without any.
 * https://docs.github.com/rest/deployments/environments#get-an-environment
 */
import { stepNote } from '../../report/text/annotations.ts';
import type { Io } from '../shared/io.ts';
import { at } from './event.ts';
import type { Inputs } from './inputs.ts';
import { answerWords, restApi } from './rest-api.ts';

/** A line for the summary, `undefined` if there is nothing to warn of; the log has it too. */
export async function reviewersMissing(
  io: Io,
  { environment, token }: Pick<Inputs, 'environment' | 'token'>,
): Promise<string | undefined> {
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (environment === '' || repository === '' || token === '') return undefined;
  const api = restApi(io, token);
  try {
    const answered = await api.request(
      'GET',
      `/repos/${repository}/environments/${encodeURIComponent(environment)}`,
    );
    const { status, value } = answered;
    if (status === 200 && asksReviewers(value)) return undefined;
    if (status !== 200 && status !== 404) {
      io.stdout.write(
        stepNote(
          'notice',
          `It is unknown whether the environment ${environment} has required reviewers: GitHub ${answerWords(answered)}. The job needs permissions: actions: read.`,
        ),
      );
      return undefined;
    }
    const what = status === 404 ? 'does not exist yet' : 'has no required reviewers';
    const warning = `The environment ${environment} ${what}: the render does not wait for an approval, and may spend up to its cap.`;
    io.stdout.write(
      stepNote(
        'warning',
        `${warning} Add reviewers in Settings › Environments (in private repositories they need a paid plan).`,
      ),
    );
    return warning;
  } finally {
    await api.close();
  }
}

function asksReviewers(environment: unknown): boolean {
  const rules = at(environment, ['protection_rules']);
  return (
    Array.isArray(rules) &&
    rules.some(
      (rule: unknown) =>
        at(rule, ['type']) === 'required_reviewers' &&
        Array.isArray(at(rule, ['reviewers'])) &&
        (at(rule, ['reviewers']) as readonly unknown[]).length > 0,
    )
  );
}
