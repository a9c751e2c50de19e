/**
 * The clock of a chain is the schedule of a workflow: it runs only while a chain is open. An
 * approved render enables it, the last run of the chain disables it, and a run that its own end cut
 * short starts the next one at once.
 * https://docs.github.com/rest/actions/workflows
 */
import { stepNote } from '../../report/text/annotations.ts';
import type { Io } from '../shared/io.ts';
import type { Inputs } from './inputs.ts';
import { answerWords, restApi } from './rest-api.ts';

type Change = 'enable' | 'disable' | 'dispatch';

const SAID = {
  enable: 'its schedule continues the approved render',
  disable: 'nothing approved is open: its schedule is off until the next approved render',
  dispatch: 'the next run starts at once',
} as const satisfies Record<Change, string>;

/** `file`: name of the workflow's file. Never fails the step: no paid result is at risk. */
export async function changeWorkflow(
  io: Io,
  change: Change,
  file: string,
  { token }: Pick<Inputs, 'token'>,
): Promise<void> {
  const { env } = io;
  const [repository, ref] = [env['GITHUB_REPOSITORY'] ?? '', env['GITHUB_REF_NAME'] ?? ''];
  const path = `/repos/${repository}/actions/workflows/${encodeURIComponent(file)}`;
  const api = restApi(io, token);
  try {
    const answered =
      change === 'dispatch'
        ? await api.request('POST', `${path}/dispatches`, { ref })
        : await api.request('PUT', `${path}/${change}`);
    if (answered.status >= 200 && answered.status < 300) {
      io.stdout.write(`${file}: ${SAID[change]}\n`);
      return;
    }
    io.stdout.write(
      stepNote(
        'warning',
        `GitHub ${answerWords(answered)} to "${change}" of ${file}. The job needs permissions: actions: write, and the workflow must be on the default branch.`,
      ),
    );
  } finally {
    await api.close();
  }
}

/** The file of the workflow that runs: `owner/name/.github/workflows/film.yml@refs/heads/main`. */
export const ownWorkflow = ({ env }: Pick<Io, 'env'>): string | undefined =>
  /\.github\/workflows\/([^/@]+)@/.exec(env['GITHUB_WORKFLOW_REF'] ?? '')?.[1];
