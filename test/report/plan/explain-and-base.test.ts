import { expect, test } from 'vitest';
import { type BaseDifference, difference } from '../../../src/plan/compare/with-base.ts';
import type { Explained } from '../../../src/plan/compare/explain-render.ts';
import type { Action, Plan, PlannedRender } from '../../../src/plan/plan.ts';
import { baseMarkdown } from '../../../src/report/plan/base-markdown.ts';
import { baseTerminal } from '../../../src/report/plan/base-terminal.ts';
import { explainTerminal } from '../../../src/report/plan/explain-terminal.ts';
import { COMMENT_BYTES } from '../../../src/report/plan/plan-markdown.ts';
import { exact, id, placeAt, planned, planOf, sha, totalled } from '../samples.ts';

const terminal = { width: 80, color: false };
const explained: Explained = {
  new: sha('a'),
  old: sha('b'),
  inputs: [
    { path: 'gateway', old: 'apimart', new: 'apimart', changed: false, place: placeAt(2) },
    {
      path: 'prompt',
      old: 'A crab at sunrise, soft light',
      new: 'A crab at dusk, soft light',
      changed: true,
      place: placeAt(5),
    },
    { path: 'mode', old: undefined, new: 'pro', changed: true, place: placeAt(9) },
  ],
  delivery: [{ path: 'webhook', value: 'https://example.com/hook', place: placeAt(3) }],
};
const about = { manifest: 'manifests/film.yaml', id: id('crab/kling'), model: 'apimart/kling-v3' };

test('explain: every input with its line, what changed marked', () => {
  expect(
    explainTerminal(
      { ...about, explained, action: { kind: 'submit', reason: 'changed', changes: [] } },
      terminal,
    ),
  ).toBe(`film:crab/kling  apimart/kling-v3
plan     submit, changed
wanted   ${sha('a')}
in lock  ${sha('b')}

  gateway  "apimart"  manifests/film.yaml:2
~ prompt   A crab at [-sunrise-]{+dusk+}, soft light  manifests/film.yaml:5
~ mode     (not set) -> "pro"  manifests/film.yaml:9

sent, but not part of the fingerprint:
  webhook  "https://example.com/hook"  manifests/film.yaml:3
`);
});

test('explain: names that differ only at their ends are shown whole', () => {
  const inputs = [0, 1].map((number) => ({
    path: `element_list.0.element_input_urls.${number}`,
    old: undefined,
    new: `file:cast/${number}.png`,
    changed: number === 1,
    place: placeAt(7),
  }));
  const text = explainTerminal({ ...about, explained: { ...explained, inputs } }, terminal);
  expect(text).toContain(
    `  element_list.0.element_input_urls.0
                                "file:cast/0.png"  manifests/film.yaml:7
~ element_list.0.element_input_urls.1
                                (not set) -> "file:cast/1.png"
`,
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('explain: equal, new and imported renders say so', () => {
  const { old: _, ...fresh } = explained;
  expect(
    explainTerminal({ ...about, explained: { ...explained, old: sha('a') } }, terminal),
  ).toContain('\nin lock  exactly this\n');
  const accepted: Action = { kind: 'keep', reason: 'accepted' };
  expect(explainTerminal({ ...about, explained, action: accepted }, terminal)).toContain(
    'accepted: its clip is kept for the changed request',
  );
  expect(explainTerminal({ ...about, explained: fresh }, terminal)).toContain(
    'nothing is rendered yet',
  );
  const inputs = explained.inputs.map((input) => ({ ...input, changed: false }));
  expect(explainTerminal({ ...about, explained: { ...explained, inputs } }, terminal)).toContain(
    'the task was imported',
  );
});

const fresh: Action = { kind: 'submit', reason: 'new' };
const current: Action = { kind: 'keep', reason: 'current' };

const as = (digit: string, each: PlannedRender): PlannedRender => ({
  ...each,
  render: { ...each.render, fingerprint: sha(digit) },
});

test('base: money first, per model and per scene, what changed', () => {
  const base = planOf([
    planned('crab/kling', current),
    as('d', planned('gone/kling', fresh)),
    as('e', planned('old/kling', current)),
  ]);
  const edited = planned('crab/kling', fresh, { prompt: 'The prompt of another crab' });
  const head = planOf([
    as('c', edited),
    as('f', planned('new/kling', fresh, { price: exact(0.5) })),
    as('e', planned('other/kling', current)),
  ]);
  const page = baseMarkdown(difference(base, head)) ?? '';
  expect(page).toMatch(
    /^### 🎬 &#36;0\.92 exact to render, on the base &#36;0\.42 exact\n\n1 new, 1 changed, 1 renamed, 1 removed · prices of 2026-11-18\n/,
  );
  expect(page).toContain(
    '| apimart/kling-v3 | 1 new, 1 changed, 1 renamed, 1 removed | &#36;0.42 exact | &#36;0.92 exact |',
  );
  expect(page).toContain(
    '- crab/kling · 1 render\n  - <code>prompt</code> The prompt of <ins>another </ins>crab',
  );
  expect(page).toContain(
    '1 render renamed: the same request, no new clip</summary>\n\n- old/kling → other/kling\n',
  );
  expect(page).toContain('| new | 1 new | &#36;0.00 | &#36;0.50 exact |');
});

test('base, on a terminal: the same words without a page around them, within the width', () => {
  const base = planOf([planned('crab/kling', current), as('e', planned('old/kling', current))]);
  const head = planOf([
    as('c', planned('crab/kling', fresh, { prompt: 'The prompt of another crab' })),
    as('f', planned('new/kling', fresh, { price: exact(0.5) })),
    as('e', planned('other/kling', current)),
  ]);
  const found = difference(base, head);
  expect(baseTerminal(found, 'main', { width: 100, color: false }))
    .toBe(`$0.92 exact to render, on the base $0.00
1 new, 1 changed, 1 renamed · prices of 2026-11-18

model             what                         on the base          now
apimart/kling-v3  1 new, 1 changed, 1 renamed        $0.00  $0.92 exact

  crab/kling
        prompt  manifests/film.yaml:3
          The prompt of {+another +}crab

  old/kling -> other/kling

scene  what       on the base          now
new    1 new            $0.00  $0.50 exact
crab   1 changed        $0.00  $0.42 exact
other  1 renamed        $0.00        $0.00
`);
  for (const line of baseTerminal(found, 'main', { width: 50, color: false }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(50);
  expect(baseTerminal(difference(base, base), 'main', terminal)).toBe(
    'No difference from main: no new clip and no cost.\n',
  );
});

test('base: of several manifests, ids name theirs, and a render that went to another one is renamed', () => {
  const plan = (film: readonly PlannedRender[], other: readonly PlannedRender[]): Plan =>
    totalled([...planOf(film).projects, ...planOf(other, [], 'manifests/other.yaml').projects]);
  const moves = as('e', planned('sun/kling', current));
  const base = plan([planned('crab/kling', current), moves], [planned('crab/kling', current)]);
  const edited = as('c', planned('crab/kling', fresh, { prompt: 'The prompt of another crab' }));
  const found = difference(base, plan([edited], [edited, moves]));
  const page = baseMarkdown(found) ?? '';
  expect(page).toContain('\n\n2 changed, 1 renamed · prices');
  expect(page).toContain('- film:crab/kling, other:crab/kling · 2 renders\n');
  expect(page).toContain('\n- film:sun/kling → other:sun/kling\n');
  const text = baseTerminal(found, 'main', { width: 100, color: false });
  expect(text).toContain('\n  film:crab/kling, other:crab/kling\n');
  expect(text).toContain('\n  film:sun/kling -> other:sun/kling\n');
});

test('base, on a terminal: the scenes that are left out are counted', () => {
  const scenes = (count: number): Plan =>
    planOf(Array.from({ length: count }, (_, at) => planned(`s${at}/kling`, fresh)));
  expect(baseTerminal(difference(planOf([]), scenes(13)), 'main', terminal)).toContain(
    '\n  … and 1 more scene\n',
  );
  expect(baseTerminal(difference(planOf([]), scenes(14)), 'main', terminal)).toContain(
    '\n  … and 2 more scenes\n',
  );
});

test('base: silent when nothing is different, bounded when all is', () => {
  const same = planOf([planned('crab/kling', current)]);
  expect(baseMarkdown(difference(same, same))).toBeUndefined();
  const all: BaseDifference = difference(
    planOf([]),
    planOf(Array.from({ length: 5000 }, (_, index) => planned(`scene-${index}/kling`, fresh))),
  );
  expect(Buffer.byteLength(baseMarkdown(all) ?? '')).toBeLessThanOrEqual(COMMENT_BYTES);
});
