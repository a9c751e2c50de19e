/**
 * The words of a scene move to another manifest while its old id gets new ones. Whatever became of
 * the request, and in whatever order the manifests are rendered, it is never sent again.
 */
import { expect, test } from 'vitest';
import { type Ran, smallClips, type World, world } from '../cli/cli-project.ts';

const film = (scenes: Readonly<Record<string, string>>): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    `scenes: ${Object.keys(scenes).length === 0 ? '[]' : ''}`,
    ...Object.entries(scenes).map(([id, prompt]) => `  - { id: ${id}, prompt: ${prompt} }`),
    '',
  ].join('\n');

const A = 'manifests/a.yaml';
const B = 'manifests/b.yaml';
const LOCK = 'manifests/a.lock.json';

type Rule = NonNullable<NonNullable<Parameters<typeof world>[0]>['script']>['rules'];

interface State {
  readonly rules?: Rule;
  readonly taskSeconds?: number;
  /** `sent`: the gateway has got a request. */
  readonly make: (here: World, sent: Promise<unknown>) => Promise<unknown>;
  /** Of a run that has the words in their new place. */
  readonly exit: number;
}

const render = (here: World): Promise<Ran> => here.rushes(['render']);
const LOST_ANSWER = {
  when: { step: 'submit', prompt: 'Crab' },
  do: { fault: 'reset', accepted: true },
} as const;

const STATES: Readonly<Record<string, State>> = {
  ambiguous: { rules: [LOST_ANSWER, smallClips()], make: render, exit: 5 },
  'killed in the middle of the POST': {
    rules: [
      {
        when: { step: 'submit', prompt: 'Crab' },
        do: { fault: 'hang', accepted: true },
      },
      smallClips(),
    ],
    make: async (here, sent) => {
      expect((await here.cli(['render'], { killAfter: sent })).exit).toBe(137);
      // Only the journal knows of it.
      await expect(here.read(LOCK)).rejects.toMatchObject({ code: 'ENOENT' });
    },
    exit: 5,
  },
  lost: {
    rules: [{ when: { step: 'ask', prompt: 'Crab' }, do: { fault: 'forgotten' } }, smallClips()],
    make: async (here) => {
      await here.rushes(['render', '--detach']);
      const lock = await here.read(LOCK);
      await here.write(LOCK, lock.replace('"status": "submitted"', '"status": "lost"'));
    },
    exit: 5,
  },
  submitted: {
    taskSeconds: 3600,
    make: (here) => here.rushes(['render', '--detach']),
    exit: 6,
  },
  completed: { make: render, exit: 0 },
  failed: {
    rules: [smallClips({ end: 'failed', refund: 'silent' })],
    make: render,
    exit: 1,
  },
};

const ORDERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'both in one run': [[A, B]],
  'the new manifest first': [[B], [A], [B], [A, B]],
  'the old manifest first': [[A], [B], [A], [A, B]],
};

const CASES = Object.entries(STATES).flatMap(([state, made]) =>
  Object.entries(ORDERS).map(([order, runs]) => [state, order, made, runs] as const),
);

test.each(CASES)('%s, %s: sent once', async (...[, , { rules, taskSeconds, make, exit }, runs]) => {
  let onSent = (): void => undefined;
  const sent = new Promise<void>((resolve) => (onSent = resolve));
  await using here = await world({
    onEvent: ({ kind }) => {
      if (kind === 'submit') onSent();
    },
    ...(taskSeconds !== undefined && { taskSeconds }),
    script: { idempotency: 'ignored', rules: rules ?? [smallClips()] },
  });
  await here.write(A, film({ crab: 'Crab' }));
  await here.write(B, film({}));
  await make(here, sent);
  const sentFor = (prompt: string): number =>
    here.gateway.books().accepted.filter(({ body }) => body['prompt'] === prompt).length;
  expect(sentFor('Crab')).toBe(1);

  await here.write(A, film({ crab: 'Moon' }));
  await here.write(B, film({ guest: 'Crab' }));
  let last: Ran | undefined;
  for (const manifests of runs) {
    last = await here.rushes([
      'render',
      ...(taskSeconds === undefined ? [] : ['--detach']),
      ...manifests,
    ]);
  }
  expect(sentFor('Crab')).toBe(1);
  expect(last).toMatchObject({ exit });
});
