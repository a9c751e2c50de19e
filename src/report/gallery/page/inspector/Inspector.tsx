/** Beside the picture: all known facts about the render, the most important first. */
import type { JSX } from 'preact';
import type { Item } from '../model/review.ts';
import { AskedAndDelivered } from './AskedAndDelivered.tsx';
import { Attempt } from './Attempt.tsx';
import { Changes } from './Changes.tsx';
import { EarlierResults } from './EarlierResults.tsx';
import { NextSteps } from './NextSteps.tsx';
import { Notes } from './Notes.tsx';
import { Prompt } from './Prompt.tsx';
import { Reviews } from './Reviews.tsx';
import { RequestFields } from './RequestFields.tsx';
import { Uses } from './Uses.tsx';

export function Inspector({ item }: { readonly item: Item }): JSX.Element {
  const { render } = item;
  return (
    <aside class="inspector" aria-label="About this render" tabIndex={0}>
      {render.because === undefined ? null : <p class="because">{render.because}.</p>}
      {render.error === undefined ? null : (
        <p class="trouble">
          {render.error.kind === 'unknown' ? null : <b>{render.error.kind} </b>}
          <span dir="auto">{render.error.message}</span>
        </p>
      )}
      <NextSteps item={item} />
      <Prompt item={item} />
      <Changes item={item} />
      <Notes item={item} />
      <Reviews item={item} />
      <Uses item={item} />
      <AskedAndDelivered item={item} />
      <Attempt item={item} />
      <RequestFields item={item} />
      <EarlierResults item={item} />
    </aside>
  );
}
