/** What the page works out of its data: search, facets, order, address, what is in sight. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PageCost } from '../../../src/report/gallery/page-data.ts';
import { columnsFor } from '../../../src/report/gallery/page/model/compare-grid.ts';
import { filterItems, toggled } from '../../../src/report/gallery/page/model/facets.ts';
import { type Item, reviewOf } from '../../../src/report/gallery/page/model/review.ts';
import { matcherOf, parseSearch } from '../../../src/report/gallery/page/model/search.ts';
import { searchNotes } from '../../../src/report/gallery/page/model/search-notes.ts';
import { isInWords } from '../../../src/report/gallery/page/model/search-words.ts';
import { commandsOf } from '../../../src/report/gallery/page/model/review-commands.ts';
import { sortRows } from '../../../src/report/gallery/page/model/sort.ts';
import { decodeView, encodeView, WHOLE_VIEW } from '../../../src/report/gallery/page/model/view.ts';
import { offsetsOf, rangeIn } from '../../../src/report/gallery/page/model/visible-range.ts';
import { costWords, totalsOf, totalsWords } from '../../../src/report/gallery/page/model/words.ts';
import {
  frameAt,
  timecode,
  timeOfFrame,
} from '../../../src/report/gallery/page/playback/timecode.ts';
import { pageClip, pageData } from './page-samples.ts';

const review = reviewOf(
  pageData({
    'crab/kling': {
      clip: pageClip('1'),
      tags: ['act-1'],
      cost: { usd: 0.42, kind: 'charged' },
      completedAt: '2026-11-20T10:00:00Z',
    },
    'crab/kling/2': { clip: pageClip('2', { seconds: 8 }), marks: ['mismatch'] },
    'crab/o3': { state: 'failed', error: { kind: 'moderation', message: 'refused by a filter' } },
    'storm/kling': {
      clip: pageClip('3', { width: 720, height: 1280, audio: false }),
      state: 'changed',
      prompt: 'A calm sea',
      tags: ['act-2'],
      cost: { usd: 1.5, kind: 'reserved' },
      completedAt: '2026-11-21T10:00:00Z',
    },
    'storm/o3': { change: 'changed' },
  }),
);
const noDecision = (): undefined => undefined;
const ids = (items: Iterable<Item>): string[] => [...items].map(({ key }) => key);
const find = (text: string): string[] =>
  ids(review.items.filter(matcherOf(parseSearch(text), noDecision)));

const notesOn = (text: string): readonly string[] =>
  searchNotes(parseSearch(text), {
    values: {
      change: ['changed'],
      state: ['ready', 'failed'],
      model: ['kling', 'o3'],
      tag: ['act-1'],
      ratio: [],
      sound: [],
      pick: ['picked'],
    },
    models: ['apimart/kling'],
    occurs: (word) => word === 'a:b' || review.items.some((item) => isInWords(item, word)),
  });

describe('the search', () => {
  test.each([
    ['crab', ['crab/kling', 'crab/kling/2', 'crab/o3']],
    ['"calm sea"', ['storm/kling']],
    ['model:o3', ['crab/o3', 'storm/o3']],
    ['is:mismatch', ['crab/kling/2']],
    ['is:not-as-asked', ['crab/kling/2']],
    ['is:not-rendered', ['storm/o3']],
    ['is:changed tag:act-2', ['storm/kling']],
    ['is:differs', ['storm/o3']],
    ['-is:ready -is:failed', ['storm/kling', 'storm/o3']],
    ['cost:>1', ['storm/kling']],
    ['cost:$0.42', ['crab/kling']],
    ['length:>=8s', ['crab/kling/2']],
    ['take:2', ['crab/kling/2']],
    ['ratio:9:16', ['storm/kling']],
    ['sound:no', ['storm/kling']],
    ['filter', ['crab/o3']],
    ['model:', ['crab/kling', 'crab/kling/2', 'crab/o3', 'storm/kling', 'storm/o3']],
    ['cost:x', []],
  ])('%s', (text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  test.each([
    ['is:wrong', 'is:wrong is not known. Known here: ready, failed, differs, picked'],
    ['-is:fai', 'is:fai is not known. Known here: failed'],
    ['modle:kling', 'modle: is not a filter. Filters: is: model: tag:'],
    ['model:veo', 'model:veo is not known. Known here: kling, o3'],
    ['tag:act', 'tag:act is not known. Known here: act-1'],
    ['ratio:4:3', 'ratio:4:3 is not known. There are none.'],
    ['sound:loud', 'sound:loud is not known. Known here: yes, no'],
    ['cost:x', 'cost:x is not a number. Write cost:2, cost:>2 or cost:<=2.'],
  ])('%s: says what is not known, and what there is', (text, note) => {
    expect(notesOn(text)).toEqual([expect.stringContaining(note)]);
  });

  test.each(['is:', 'is:unclear is:star is:clip', 'model:KLING', 'cost:>$1 length:5s', 'a:b', 'x'])(
    '%s is understood',
    (text) => {
      expect(notesOn(text)).toEqual([]);
    },
  );

  test('any text can be typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(find(text).length).toBeLessThanOrEqual(review.items.length);
      }),
      { seed: 1 },
    );
  });
});

describe('facets', () => {
  const counted = (chosen: Parameters<typeof filterItems>[2]) =>
    filterItems(review.items, () => true, chosen, noDecision);

  test('each value counts what it would show: other facets hold, its own does not', () => {
    const { items, counts } = counted({ state: ['failed'], model: ['o3'] });
    expect(ids(items)).toEqual(['crab/o3']);
    expect(Object.fromEntries(counts.state)).toEqual({ failed: 1, waiting: 1 });
    expect(Object.fromEntries(counts.model)).toEqual({ o3: 1 });
  });

  test('values of one facet add up, those of two must both hold', () => {
    expect(ids(counted({ state: ['failed', 'changed'] }).items)).toEqual([
      'crab/o3',
      'storm/kling',
    ]);
    expect(ids(counted({ state: ['failed', 'changed'], ratio: ['9:16'] }).items)).toEqual([
      'storm/kling',
    ]);
    expect(toggled(toggled({}, 'tag', 'a'), 'tag', 'a')).toEqual({});
  });
});

test('rows are in manifest order, or by what is shown of them; what has no value comes last', () => {
  const all = new Set(review.items);
  const order = (...args: [Parameters<typeof sortRows>[1], boolean]): string[] =>
    sortRows(review.rows, ...args, all).map(({ scene }) => scene.id);
  expect(order('scene', false)).toEqual(['crab', 'storm']);
  expect(order('cost', true)).toEqual(['storm', 'crab']);
  expect(order('length', true)).toEqual(['crab', 'storm']);
  expect(order('time', true)).toEqual(['storm', 'crab']);
  expect(order('name', true)).toEqual(['storm', 'crab']);
  const onlyStorm = new Set(review.items.filter(({ scene }) => scene.id === 'storm'));
  expect(sortRows(review.rows, 'cost', false, onlyStorm).map(({ scene }) => scene.id)).toEqual([
    'storm',
    'crab',
  ]);
});

test('a changed clip keeps the prompt that it was made from, and has the new one beside it', () => {
  expect(review.byKey.get('storm/kling')).toMatchObject({
    prompt: 'A calm sea',
    promptNow: 'The prompt of storm',
  });
  expect(review.byKey.get('crab/kling')?.promptNow).toBeUndefined();
});

test('nothing is decided about, or counted of, a render that only the other commit has; none is redone against a pin', () => {
  const page = reviewOf(
    pageData({
      'crab/kling': { clip: pageClip('1'), marks: ['pinned'] },
      'old/kling': {
        clip: pageClip('2'),
        state: 'orphan',
        change: 'removed',
        onlyInBase: true,
        cost: { usd: 0.5, kind: 'charged' },
      },
    }),
  );
  const all = page.items.map((item) => ({
    item,
    decision: { reject: true } as const,
    inLock: undefined,
  }));
  expect(commandsOf(all, { redo: true, pin: true, by: '' })).toEqual([
    'rushes reject film:crab/kling manifests/film.yaml',
  ]);
  expect(totalsOf(page.items.map(({ render }) => render)).charged).toBe(0);
});

test('an address gives back the view that it was made of, and any text gives a view', () => {
  const view = {
    search: 'tag:act-1 "a & b" #x',
    chosen: { state: ['ready', 'failed'], tag: ['a=b&c'] },
    sort: 'cost',
    descending: true,
    size: 'l',
    open: 'film:crab/kling/2',
    scene: '港町',
    compared: ['crab/kling', 'crab/o3~1'],
    mode: 'wipe',
    panel: 'decisions',
  } as const;
  expect(decodeView(`#${encodeView(view)}`)).toEqual(view);
  expect(encodeView(WHOLE_VIEW)).toBe('');
  expect(decodeView('#sort=nothing&size=xxl&state=')).toEqual({
    ...WHOLE_VIEW,
    chosen: { state: [''] },
  });
  fc.assert(
    fc.property(fc.string(), (text) => {
      const once = decodeView(text);
      expect(decodeView(encodeView(once))).toEqual(once);
    }),
    { seed: 2 },
  );
});

test('the rendered rows cover the window, and little more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 9000 }),
      fc.integer({ min: 1, max: 1500 }),
      (sizes, from, height) => {
        const offsets = offsetsOf(sizes);
        const { first, end } = rangeIn(offsets, from, from + height, 1);
        const touching = sizes.flatMap((size, index) => {
          const start = offsets[index] ?? 0;
          return start < from + height && start + size > from ? [index] : [];
        });
        for (const index of touching) expect(index >= first && index < end).toBe(true);
        expect(end - first).toBeLessThanOrEqual(touching.length + 4);
      },
    ),
    { seed: 3 },
  );
});

test('a frame is found again from its own time, whatever the rate', () => {
  for (const fps of [1, 12.5, 23.976, 24, 25, 29.97, 30, 60])
    for (let frame = 0; frame < 400; frame += 1)
      expect(frameAt(timeOfFrame(frame, fps), fps)).toBe(frame);
  expect(timecode(timeOfFrame(24 * 61 + 3, 24), 24)).toBe('1:01:03');
});

test('compared clips are as large as the window lets them be', () => {
  const wide = { width: 1440, height: 770 };
  const phone = { width: 800, height: 1100 };
  const [landscape, portrait] = [16 / 9, 9 / 16];
  const grid = (ratio: number, room: typeof wide): readonly number[] =>
    [2, 3, 4, 6].map((count) => columnsFor(Array<number>(count).fill(ratio), room));
  expect(grid(landscape, wide)).toEqual([2, 2, 2, 3]);
  expect(grid(portrait, wide)).toEqual([2, 3, 4, 6]);
  expect(grid(landscape, phone)).toEqual([1, 1, 1, 2]);
  expect(columnsFor([], wide)).toBe(1);
});

test('costs of single clips have their fractions of a cent, so that they add up to a total in cents', () => {
  const cost = (usd: number): PageCost => ({ usd, kind: 'charged' });
  const words = [0.336, 0.428, 0.4, 0.267647, 0, 1234.5, 0.0672].map((usd) => costWords(cost(usd)));
  expect(words).toEqual(['$0.336', '$0.428', '$0.40', '$0.2676', '$0.00', '$1,234.50', '$0.0672']);
  const { renders } = pageData({
    'a/kling': { cost: cost(0.336) },
    'a/sora': { cost: cost(0.428) },
    'a/o3': { cost: cost(0.4) },
  });
  expect(totalsWords(totalsOf(renders), { draft: false })).toContain('$1.16 charged');
});
