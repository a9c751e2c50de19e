/** A gateway was busy, so a request was sent twice: the answer to the second one ends it. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { mayBePaid, type RecordedAttempt } from '../../src/record/attempt-line.ts';
import { Attempts } from '../../src/record/attempts.ts';
import { smallClips, world } from '../cli/cli-project.ts';
import { attemptOf } from './sample-attempt.ts';

const FIRST = '2026-11-20T17:00:00Z';
const SECOND = '2026-11-20T17:00:10Z';
const sent: RecordedAttempt = { ...attemptOf(1), submittedAt: FIRST, at: FIRST };
const withdrawn: RecordedAttempt = { ...sent, status: 'withdrawn' };
const again: RecordedAttempt = { ...sent, submittedAt: SECOND, at: SECOND, sends: 2 };
/** As a lock knows it, which does not count how often a request was sent. */
const ended = (error: string, submittedAt: string): RecordedAttempt => ({
  ...attemptOf(1),
  status: error === 'paid-again' ? 'ambiguous' : 'failed',
  error,
  submittedAt,
  at: '2026-11-20T17:05:00Z',
});

const orders = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) =>
        orders([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
      );

const folded = (lines: readonly RecordedAttempt[]): RecordedAttempt | undefined => {
  const attempts = new Attempts();
  for (const line of lines) attempts.add(line);
  return attempts.all()[0];
};

test.each(['moderation', 'invalid', 'never-happened', 'paid-again'])(
  'a second send that ended with "%s" is over, in whatever order the lines are read',
  (error) => {
    for (const lines of orders([sent, withdrawn, again, ended(error, SECOND)]))
      expect(folded(lines)).toMatchObject({ error, sends: 2 });
  },
);

test('a second send is not ended by what was decided about the first one', () => {
  for (const lines of orders([sent, again, ended('never-happened', FIRST)])) {
    const one = folded(lines);
    expect(one).toMatchObject({ status: 'ambiguous', error: 'no-answer' });
    expect(one && mayBePaid(one)).toBe(true);
  }
});

test('sent twice within a second: withdrawn is the first send alone', () => {
  const soon = { ...again, submittedAt: FIRST };
  for (const lines of orders([sent, withdrawn, soon]))
    expect(folded(lines)).toMatchObject({ status: 'ambiguous', sends: 2 });
});

test('busy, then refused: another branch submits it, and asks nobody', async () => {
  await using here = await world({
    script: {
      rules: [
        {
          when: { step: 'submit', nth: 1 },
          do: { fault: 'error', error: 'rate-limited', retryAfter: 1 },
        },
        { when: { step: 'submit', nth: 2 }, do: { fault: 'error', error: 'moderation' } },
        smallClips(),
      ],
    },
  });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
      cwd: here.folder,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  await here.write('.gitignore', 'out/\n.rushes/\n');
  await here.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  git('add', '-A');
  git('commit', '-q', '-m', 'Film');
  git('switch', '-q', '-c', 'rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 1 });
  expect((await here.rushes(['record', 'list'])).out).toContain('failed (moderation)');
  git('add', '-A');
  git('commit', '-q', '-m', 'Refused');
  git('switch', '-q', 'main');
  expect(JSON.parse((await here.rushes(['plan', '--json'])).out).renders).toMatchObject([
    { action: 'submit', reason: 'new' },
  ]);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(here.gateway.books().accepted).toHaveLength(1);
});
