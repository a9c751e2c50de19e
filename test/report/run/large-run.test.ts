/**
 * GitHub's limits at the end of a large run: step summary 1 MiB, ten annotations, 128 KiB an input.
 */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { fromUsd, NO_TOTALS } from '../../../src/money.ts';
import { pathList } from '../../../src/report/github-step.ts';
import { failureAnnotations } from '../../../src/report/run/github/failure-annotations.ts';
import { jobSummary } from '../../../src/report/run/github/github-summary.ts';
import { RunState } from '../../../src/report/run/run-state.ts';
import type { RunTotals } from '../../../src/run/events.ts';
import { COMMAND_LINE, CONTROLS, hostileText } from '../hostile.ts';
import { id, task } from '../samples.ts';

const SCENES = 3000;
const FAILED = 1000;
const AMBIGUOUS = 300;
const PENDING = 200;
const MIB = 1024 * 1024;

/** Long messages of strangers, the same every time. */
const texts = fc
  .sample(hostileText, { seed: 20_261_120, numRuns: 50 })
  .map((text) => `${text} 워터 게 </details>\n::error::${text}`.repeat(30));

function largeRun(): RunState {
  const state = new RunState();
  const manifest = 'manifests/film.yaml';
  const about = (index: number) => ({
    manifest,
    id: id(`a-scene-with-a-long-name-${index}/kling`),
  });
  const message = (index: number): string => texts[index % texts.length] ?? '';
  const held = FAILED + AMBIGUOUS;
  state.take(
    {
      event: 'run.started',
      manifests: [manifest],
      submits: SCENES,
      attaches: 0,
      fetches: 0,
      kept: 0,
      held: 0,
      models: [],
      inFlight: { all: 6, gateways: [] },
      caps: [],
    },
    0,
  );
  for (let index = 0; index < SCENES; index += 1) {
    if (index < FAILED)
      state.take(
        {
          event: 'render.failed',
          ...about(index),
          kind: 'service',
          message: message(index),
          hint: message(index),
        },
        index,
      );
    else if (index < held + PENDING)
      state.take(
        {
          event: 'render.held',
          ...about(index),
          task: task(`task-${index}`),
          reason: index < held ? 'ambiguous' : 'pending',
          message: message(index),
          hint: 'rushes recover',
        },
        index,
      );
    else
      state.take(
        {
          event: 'render.completed',
          ...about(index),
          task: task(`task-${index}`),
          path: `out/film/a-scene-with-a-long-name-${index}/kling.mp4`,
          bytes: 1000,
          seconds: 5,
          mismatch: [message(index)],
        },
        index,
      );
  }
  const totals: RunTotals = {
    submitted: SCENES,
    completed: SCENES - held - PENDING,
    failed: FAILED,
    kept: 0,
    held: 0,
    pending: PENDING,
    ambiguous: AMBIGUOUS,
    lost: 0,
    missing: 0,
    notSubmitted: 0,
    mismatched: SCENES - held - PENDING,
    thisRun: NO_TOTALS,
    carried: fromUsd(0),
    underCap: fromUsd(0),
    allRuns: NO_TOTALS,
  };
  state.take(
    {
      event: 'run.finished',
      exit: 5,
      reasons: texts.slice(0, 5),
      wallSeconds: 60,
      pending: PENDING,
      notSubmitted: 0,
      models: [],
      totals,
    },
    SCENES,
  );
  return state;
}

test(`${SCENES} scenes, ${FAILED} failures: the summary is whole, ten annotations are printed`, () => {
  const state = largeRun();
  const options = {
    about: () => ({ model: 'apimart/kling-v3', place: { file: 'manifests/film.yaml', line: 7 } }),
    blobUrl: 'https://github.com/studio/film/blob/0123456789abcdef/',
  };
  const summary = jobSummary(state, options);
  expect(Buffer.byteLength(summary)).toBeLessThan(MIB);
  expect(summary).toContain('1,000 failed');
  for (const tag of ['details', 'summary', 'em', 'strong'])
    expect(summary.split(`<${tag}>`).length + summary.split(`<${tag} `).length - 1).toBe(
      summary.split(`</${tag}>`).length,
    );

  const lines = failureAnnotations(state, options).trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 10).every((line) => /^::error file=[^:]*,line=7,/.test(line))).toBe(true);
  expect(lines[10]).toMatch(/^… and 1,290 more renders/);
  expect(lines[10]).not.toMatch(COMMAND_LINE);
  expect(lines.join('')).not.toMatch(CONTROLS);

  // An input of the next step.
  expect(Buffer.byteLength(pathList(state.completed.map(({ path }) => path)))).toBeLessThan(
    128 * 1024,
  );
});
