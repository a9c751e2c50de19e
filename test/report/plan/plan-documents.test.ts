import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action } from '../../../src/plan/plan.ts';
import { reportJsonSchema, REPORT_SCHEMAS } from '../../../src/report/schemas/json-schemas.ts';
import { planDocument, planSchema } from '../../../src/report/plan/plan-json.ts';
import { COMMENT_BYTES, planMarkdown } from '../../../src/report/plan/plan-markdown.ts';
import { hostileText } from '../hostile.ts';
import { entry, id, model, moved, placeAt, planned, planOf, task, unknown } from '../samples.ts';

const fresh: Action = { kind: 'submit', reason: 'new' };
const changed = (old: string, fresh: string): Action => ({
  kind: 'submit',
  reason: 'changed',
  changes: [
    { path: 'prompt', old, new: fresh, place: placeAt(5) },
    { path: 'negative_prompt', old: 'blur', new: undefined, place: placeAt(6) },
  ],
});

const plan = planOf(
  [
    planned('crab/kling', changed('A crab at sunrise in the rain', 'A crab at dusk in the rain')),
    planned('sunrise/sora', fresh, {
      price: unknown,
      model: model('apimart/sora-2-pro'),
      notes: ['duration 7 is sent as 8'],
    }),
    planned('far/kling', { kind: 'attach', reason: 'pending', task: task('t1') }),
    planned('new/kling', moved('old/kling', 'keep')),
    planned('kept/kling', { kind: 'keep', reason: 'current' }),
  ],
  [{ id: id('gone/kling'), entry: entry(), follow: false }],
);

test('the document has one action and one reason per render, orphans included, and unknown money is null', () => {
  const document = planDocument(plan, { 'manifests/film.yaml': 'sha256:00' });
  expect(planSchema.parse(document)).toEqual(document);
  expect(document.renders.map(({ id, action, reason }) => `${id} ${action} ${reason}`)).toEqual([
    'crab/kling submit changed',
    'sunrise/sora submit new',
    'far/kling attach pending',
    'new/kling moved moved',
    'kept/kling keep current',
    'gone/kling orphan kept',
  ]);
  expect(document.renders[0]?.changes).toEqual([
    {
      path: 'prompt',
      old: 'A crab at sunrise in the rain',
      new: 'A crab at dusk in the rain',
      file: 'manifests/film.yaml',
      line: 5,
    },
    { path: 'negative_prompt', old: 'blur', file: 'manifests/film.yaml', line: 6 },
  ]);
  expect(document.renders.map(({ cost }) => cost)).toMatchObject([
    { usd: 0.42, source: 'exact', asOf: '2026-11-18' },
    { usd: null, source: 'unknown' },
    { usd: 0, source: 'none' },
    {},
    {},
    {},
  ]);
  expect(document.totals).toMatchObject({
    submit: 2,
    attach: 1,
    moved: 1,
    keep: 1,
    orphan: 1,
    hold: 0,
    seconds: 10,
    cost: { exactUsd: 0.42, estimatedUsd: 0, unknown: 1 },
  });
});

test('every published schema is a schema, and the plan fits its own', () => {
  const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
  for (const name of REPORT_SCHEMAS)
    expect(reportJsonSchema(name)).toMatchObject({
      title: expect.any(String),
      $schema: expect.any(String),
    });
  const validate = ajv.compile(reportJsonSchema('plan'));
  validate(JSON.parse(JSON.stringify(planDocument(plan, {}))));
  expect(validate.errors).toBeNull();
});

test('for a pull request: money first, per model, what changed with a link, per scene', () => {
  const page =
    planMarkdown(plan, { blobUrl: 'https://github.com/o/r/blob/abc/', folder: 'films' }) ?? '';
  expect(page).toMatch(/^### 🎬 This costs &#36;0\.42 exact \+ 1 of unknown price for 2 clips\n/);
  expect(page).toContain('| apimart/kling-v3 | 1 | 5 s | &#36;0.42 exact |');
  expect(page).toContain(
    'A crab at <del>sunrise</del><ins>dusk</ins> in the rain <sub>[manifests/film.yaml:5](https://github.com/o/r/blob/abc/films/manifests/film.yaml#L5)</sub>',
  );
  expect(page).toContain(
    '| [sunrise](https://github.com/o/r/blob/abc/films/manifests/film.yaml#L3) | new | 1 | 5 s | 1 of unknown price |',
  );
});

test('silent when nothing is submitted or moved', () => {
  expect(
    planMarkdown(
      planOf([
        planned('kept/kling', { kind: 'keep', reason: 'current' }),
        planned('far/kling', { kind: 'attach', reason: 'pending', task: task('t') }),
      ]),
    ),
  ).toBeUndefined();
});

test('a render that waits for a frame is in the headline, also where nothing is sent before it', () => {
  const waits: Action = { kind: 'wait', reason: 'new', upstream: [id('crab/kling')] };
  expect(planMarkdown(planOf([planned('crab/kling', fresh), planned('run/kling', waits)]))).toMatch(
    /This costs &#36;0\.84 exact for 2 clips\n\n10 s of video/,
  );
  const attached: Action = { kind: 'attach', reason: 'pending', task: task('t1') };
  expect(
    planMarkdown(planOf([planned('crab/kling', attached), planned('run/kling', waits)])),
  ).toMatch(/This costs &#36;0\.42 exact for 1 clip\n\n5 s of video/);
});

test('a moved clip whose render keeps its id, and the next step of a moved task, are told', () => {
  const page = planMarkdown(
    planOf([
      planned('crab/kling', moved('crab/kling', 'keep')),
      planned('run/kling', moved('old/kling', 'hold')),
    ]),
  );
  expect(page).toContain('- crab/kling: its clip gets another name\n');
  expect(page).toContain('- old/kling → run/kling, and it stays held\n');
});

test('a long value is cut between two characters', () => {
  const long = `x${'🦀'.repeat(200)}`;
  const page = planMarkdown(
    planOf([
      planned('crab/kling', {
        kind: 'submit',
        reason: 'changed',
        changes: [{ path: 'params', old: [long], new: [long.slice(1)], place: placeAt(5) }],
      }),
    ]),
  );
  expect(page).toContain('🦀…');
  expect(page).not.toContain('U+D83E');
});

test('a page of 20,000 renders stays under the limit of a comment and says what it left out', () => {
  const page =
    planMarkdown(
      planOf(
        Array.from({ length: 20_000 }, (_, index) =>
          planned(`장면_${index}/kling`, fresh, { notes: [`note ${index}`] }),
        ),
      ),
    ) ?? '';
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(COMMENT_BYTES);
  expect(page).toMatch(/… and [\d,]+ more scenes/);
  expect(page).toMatch(/\nPlan: 20,000 to submit.*\n$/);
});

test('no text opens markup on the page', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (a, b) => {
      const page =
        planMarkdown(
          planOf([
            planned('x/kling', changed(a, b), { notes: [a] }),
            planned('y/kling', changed(b, a), { notes: [b] }),
          ]),
        ) ?? '';
      // Tags of our own stand between texts: what they part is not one link.
      const own = page.replace(/<\/?(?:code|del|ins|sub|em|details|summary)(?: open)?>/g, ' ');
      expect(own).not.toMatch(/[<>`]/);
      expect(own).not.toMatch(/@\w|:\/\/|\]\(/);
    }),
    { seed: 20_261_120, numRuns: 200 },
  );
});
