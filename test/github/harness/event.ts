/** What a runner is told about why it runs. */
export interface Event {
  readonly name: 'push' | 'pull_request' | 'workflow_dispatch' | 'schedule' | 'merge_group';
  readonly payload: unknown;
  readonly sha: string;
  readonly ref: string;
  /** `main`, or `7/merge` on a pull request. */
  readonly refName: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** The head lives in somebody else's repository: no secrets, and a token that may only read. */
  readonly fork: boolean;
  readonly inputs: Readonly<Record<string, string>>;
}

const REPOSITORY = { full_name: 'studio/film', default_branch: 'main', fork: false };

const onBranch = (
  name: 'push' | 'workflow_dispatch' | 'schedule',
  sha: string,
  branch: string,
  payload: object,
): Event => ({
  name,
  payload: { repository: REPOSITORY, ...payload },
  sha,
  ref: `refs/heads/${branch}`,
  refName: branch,
  headRef: '',
  baseRef: '',
  fork: false,
  inputs: {},
});

export const pushEvent = (sha: string, branch = 'main'): Event =>
  onBranch('push', sha, branch, {
    ref: `refs/heads/${branch}`,
    after: sha,
    forced: false,
    head_commit: { id: sha },
  });
export const dispatchEvent = (sha: string, branch = 'main'): Event =>
  onBranch('workflow_dispatch', sha, branch, { inputs: {} });
export const scheduleEvent = (sha: string): Event =>
  onBranch('schedule', sha, 'main', { schedule: '17,47 * * * *' });

/** A merge queue tries the merge on a branch of its own. */
export const mergeGroupEvent = (sha: string, baseSha: string): Event => {
  const refName = `gh-readonly-queue/main/pr-7-${baseSha}`;
  return {
    ...onBranch('push', sha, refName, {
      action: 'checks_requested',
      merge_group: {
        head_sha: sha,
        head_ref: `refs/heads/${refName}`,
        base_sha: baseSha,
        base_ref: 'refs/heads/main',
      },
    }),
    name: 'merge_group',
  };
};

/** `sha`: of the merge of head and base that GitHub makes. */
export const pullRequestEvent = (
  sha: string,
  number: number,
  { fork = false, head = 'change' } = {},
): Event => ({
  name: 'pull_request',
  payload: {
    action: 'synchronize',
    number,
    pull_request: {
      number,
      head: { ref: head, repo: { full_name: fork ? 'stranger/film' : REPOSITORY.full_name, fork } },
      base: { ref: 'main', repo: REPOSITORY },
    },
    repository: REPOSITORY,
  },
  sha,
  ref: `refs/pull/${number}/merge`,
  refName: `${number}/merge`,
  headRef: head,
  baseRef: 'main',
  fork,
  inputs: {},
});
