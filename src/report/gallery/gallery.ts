/**
 * The static review page: every scene with its clips side by side, in one file that works from a
 * disk, an artifact or a bucket.
 */
import { createHash } from 'node:crypto';
import { manifestName, type RenderId } from '../../ids.ts';
import type { LockClip, LockCost } from '../../lock/file/format.ts';
import { fromUsd } from '../../money.ts';
import { html, urlPath } from '../text/escape.ts';
import { GALLERY_SCRIPT } from './gallery-script.ts';
import { GALLERY_STYLE } from './gallery-style.ts';
import { groupBy } from '../plan/plan-groups.ts';
import type { RenderState } from '../lock/status-json.ts';
import { bytes, count, footage, plural, usd } from '../text/format.ts';

export interface GalleryRender {
  /** As shown to people. */
  readonly manifest: string;
  readonly id: RenderId;
  readonly scene: string;
  readonly alias: string;
  readonly take: number;
  readonly model: string;
  /** `planned`: in the manifest and not rendered yet. */
  readonly state: RenderState | 'planned';
  readonly prompt?: string;
  readonly clip?: LockClip;
  /**
   * Path of the clip from the page's own folder, `/` as separator; only for clips that are here.
   */
  readonly src?: string;
  readonly cost?: LockCost;
  /** Why there is no clip. */
  readonly message?: string;
  readonly mismatch?: readonly string[];
  readonly pinned?: boolean;
}

export interface GalleryOptions {
  readonly title: string;
  readonly draft?: boolean;
}

/** Beyond these, a clip's picture is loaded when it comes near the screen. */
const EAGER = 12;

/**
 * A whole document: no external request, and a policy that would forbid one. Renders in the order
 * in which they are to be seen.
 */
export function galleryHtml(
  given: readonly GalleryRender[],
  { title, draft = false }: GalleryOptions,
): string {
  // A draft's gateway reports costs that nobody pays.
  const renders = draft ? given.map(({ cost: _cost, ...render }) => render) : given;
  const projects = groupBy(renders, ({ manifest }) => manifest);
  let seen = 0;
  const eager = (): boolean => seen++ < EAGER;
  const sections = [...projects].flatMap(([manifest, ofProject]) => [
    ...(projects.size > 1 ? [`<h2 class="project">${html(manifestName(manifest))}</h2>`] : []),
    ...[...groupBy(ofProject, ({ scene }) => scene)].map(([scene, ofScene]) =>
      sceneHtml(scene, ofScene, eager),
    ),
  ]);
  const policy = `default-src 'none'; media-src 'self' file:; style-src '${digest(GALLERY_STYLE)}'; script-src '${digest(GALLERY_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(policy).replaceAll('&#39;', "'")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(title)} · rushes</title>
<style>${GALLERY_STYLE}</style>
</head>
<body>
<header>
<h1><bdi>${html(title)}</bdi>${draft ? ' <span class="badge wait">draft</span>' : ''}</h1>
<p>${html(tally(renders))} <span id="shown" role="status"></span></p>
<div class="tools">
<input id="filter" type="search" placeholder="Filter: scene, model, words…" aria-label="Filter clips" autocomplete="off">
<select id="state" aria-label="State"><option value="">All</option><option value="good">Ready</option><option value="wait">Not here</option><option value="bad">In trouble</option></select>
</div>
</header>
<main>
${sections.join('\n')}
<p class="none" id="none"${renders.length > 0 ? ' hidden' : ''}>${renders.length > 0 ? 'No clip fits this filter.' : 'There are no renders yet.'}</p>
</main>
<footer><kbd>/</kbd> filter · <kbd>j</kbd> <kbd>k</kbd> next and previous scene · <kbd>p</kbd> play the scene's clips together</footer>
<script>${GALLERY_SCRIPT}</script>
</body>
</html>
`;
}

const digest = (text: string): string =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;

/** `12 clips, 60 s, $4.03 · 1 failed`. */
function tally(renders: readonly GalleryRender[]): string {
  const clips = renders.flatMap(({ clip }) => (clip === undefined ? [] : [clip]));
  const spent = renders.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
  const others = [...groupBy(renders, ({ state }) => state)]
    .filter(([state]) => state !== 'ready')
    .map(([state, list]) => `${count(list.length)} ${STATES[state].word}`);
  const seconds = Math.round(clips.reduce((sum, { seconds }) => sum + seconds, 0));
  return [
    plural(clips.length, 'clip'),
    footage(seconds),
    ...(spent > 0 ? [usd(fromUsd(spent))] : []),
    ...others,
  ].join(' · ');
}

type Group = 'good' | 'wait' | 'bad';
const STATES: Readonly<
  Record<
    GalleryRender['state'],
    { readonly word: string; readonly group: Group; readonly blank: string }
  >
> = {
  ready: { word: 'ready', group: 'good', blank: '' },
  stored: {
    word: 'stored',
    group: 'wait',
    blank: 'In the store, and not on the machine that wrote this page',
  },
  elsewhere: {
    word: 'elsewhere',
    group: 'wait',
    blank: 'Made, but not on the machine that wrote this page',
  },
  'not-landed': { word: 'not downloaded', group: 'wait', blank: 'Made, not downloaded yet' },
  missing: { word: 'missing', group: 'bad', blank: 'Made and paid, and its link has expired' },
  pending: { word: 'pending', group: 'wait', blank: 'Being made' },
  planned: { word: 'planned', group: 'wait', blank: 'Not rendered yet' },
  damaged: { word: 'damaged', group: 'bad', blank: 'The file is not the clip that was paid for' },
  failed: { word: 'failed', group: 'bad', blank: 'Failed' },
  ambiguous: {
    word: 'ambiguous',
    group: 'bad',
    blank: 'Not known yet: did the gateway accept it?',
  },
  lost: { word: 'lost', group: 'bad', blank: 'The gateway no longer knows the task' },
  'never-happened': { word: 'never happened', group: 'wait', blank: 'Not rendered yet' },
};

function sceneHtml(scene: string, renders: readonly GalleryRender[], eager: () => boolean): string {
  const prompts = [
    ...new Set(renders.flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt]))),
  ];
  const playable = renders.filter(({ src }) => src !== undefined).length;
  const together =
    playable > 1 ? ' <button type="button" data-together>▶ Play together</button>' : '';
  const [common] = prompts;
  return `<section tabindex="-1">
<div class="scene"><h2><bdi>${html(scene)}</bdi></h2>${together}</div>
${common === undefined ? '' : `<p class="prompt" dir="auto">${html(common)}</p>`}
<div class="grid">
${renders.map((render) => cardHtml(render, eager, render.prompt === common)).join('\n')}
</div>
</section>`;
}

function cardHtml(render: GalleryRender, eager: () => boolean, sharesPrompt: boolean): string {
  const { alias, take, model, state, clip, src, prompt, mismatch = [], pinned = false } = render;
  const { word, group } = STATES[state];
  const name = take === 1 ? alias : `${alias}, take ${take}`;
  const facts =
    clip === undefined
      ? []
      : [
          footage(clip.seconds),
          `${clip.width}×${clip.height}`,
          clip.audio ? 'sound' : 'silent',
          bytes(clip.bytes),
        ];
  const details = [model, ...facts, ...costWords(render.cost), ...(pinned ? ['pinned'] : [])];
  const words = [render.scene, alias, model, word, prompt ?? ''].join(' ');
  return `<article data-group="${group}" data-words="${html(words)}">
${src === undefined ? blankHtml(render) : videoHtml(render, src, eager())}
<div class="facts">
<div class="name"><bdi>${html(name)}</bdi><span class="badge ${group}">${html(word)}</span></div>
<div class="detail">${html(details.join(' · '))}</div>
${sharesPrompt || prompt === undefined ? '' : `<div class="detail" dir="auto">${html(prompt)}</div>\n`}${mismatch.map((text) => `<div class="warn">delivered ≠ asked: ${html(text)}</div>\n`).join('')}<div class="warn gone" hidden>This file is not beside the page: open the page where the clips are.</div>
</div>
</article>`;
}

function videoHtml({ clip, scene, alias }: GalleryRender, src: string, eager: boolean): string {
  const size = clip === undefined ? '' : ` width="${clip.width}" height="${clip.height}"`;
  return `<video preload="${eager ? 'metadata' : 'none'}" src="${html(urlPath(src))}#t=0.1"${size} controls playsinline aria-label="${html(`${scene}, ${alias}`)}"></video>`;
}

function blankHtml({ state, message }: GalleryRender): string {
  return `<div class="blank">${html(STATES[state].blank)}${message === undefined ? '' : `<br>${html(message)}`}</div>`;
}

function costWords(cost: LockCost | undefined): string[] {
  if (cost === undefined) return [];
  if (cost.usd === null) return ['price unknown'];
  return [`${cost.source === 'reported' ? '' : '≈ '}${usd(fromUsd(cost.usd))}`];
}
