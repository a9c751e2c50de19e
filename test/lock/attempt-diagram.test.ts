import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Attempt, ATTEMPT_STATES, type AttemptState } from '../../src/lock/attempt.ts';
import { intended, transition } from '../../src/lock/transition.ts';
import { EVERY_STATE, EVENTS, intentOf } from './attempts.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/**
 * `intended -->|accepted, adopted| submitted` as one line per event: `intended accepted submitted`.
 */
const drawn = (text: string): string[] =>
  [...text.matchAll(/^[ *]*([a-z-]+) -->\|([a-z, -]+)\| ([a-z-]+)$/gm)]
    .flatMap(([, from, events, to]) =>
      (events ?? '').split(', ').map((event) => `${from} ${event} ${to}`),
    )
    .sort();

function happening(): string[] {
  const arrows = new Set([`start intent ${intended(intentOf(1)).state}`]);
  for (const attempt of Object.values<Attempt>(EVERY_STATE)) {
    for (const event of EVENTS) {
      const next = transition(attempt, event);
      if (next?.state !== attempt.state)
        arrows.add(`${attempt.state} ${event.kind} ${next?.state ?? 'gone'}`);
    }
  }
  return [...arrows].sort();
}

test('the diagrams in the source and in the docs show every transition, and no other', () => {
  const arrows = happening();
  expect(arrows).toContain('intended withdrawn gone');
  expect(drawn(read('src/lock/attempt.ts'))).toEqual(arrows);
  expect(drawn(read('docs/architecture.md'))).toEqual(arrows);
});

test('the table in the docs is the table of the source', () => {
  const yes = (value: boolean): string => (value ? 'yes' : '');
  const rows = Object.entries(ATTEMPT_STATES).map(([state, answers]) =>
    [
      `\`${state}\``,
      answers.status,
      answers.progress,
      answers.worth,
      yes(answers.mayBePaid),
      answers.resend,
      answers.slot === 'none' ? '' : answers.slot,
      answers.awaitsRefund ? 'refund' : (answers.awaitsClip ?? ''),
      answers.held ?? '',
      answers.decisions.join(', '),
    ]
      .map(String)
      .join(' | '),
  );
  const documented = read('docs/architecture.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
        .join(' | '),
    );
  expect(documented).toEqual(rows);
});

test('every state is reached from the start', () => {
  const reached = new Set(['start']);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const arrow of happening()) {
      const [from = '', , to = ''] = arrow.split(' ');
      if (reached.has(from)) reached.add(to);
    }
  }
  const states = Object.keys(ATTEMPT_STATES) as AttemptState[];
  expect([...reached].sort()).toEqual([...states, 'gone', 'start'].sort());
});
