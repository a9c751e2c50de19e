/** Beside the picture: the prompt, what was delivered, what it cost, what went wrong. */
import type { ComponentChild, JSX } from 'preact';
import type { Item } from '../model/review.ts';
import { KeyList } from './KeyList.tsx';
import { Notes } from './Notes.tsx';
import { costWords, dollars, lengthWords, MARK_WORDS } from '../model/words.ts';

export function Facts({ item }: { readonly item: Item }): JSX.Element {
  const { render, prompt, promptNow, scene } = item;
  const { clip, cost } = render;
  return (
    <aside class="inspector" aria-label="About this render" tabIndex={0}>
      {render.because === undefined ? null : <p class="because">{render.because}</p>}
      {render.error === undefined ? null : (
        <p class="trouble" dir="auto">
          {render.error.kind}: {render.error.message}
        </p>
      )}
      {(render.mismatch ?? []).map((text) => (
        <p class="trouble" dir="auto" key={text}>
          Not as asked: {text}
        </p>
      ))}
      <h3>{promptNow === undefined ? 'Prompt' : 'Prompt of this clip'}</h3>
      <p class="whole-prompt" dir="auto">
        {prompt}
      </p>
      {promptNow === undefined ? null : (
        <>
          <h3>Prompt of the manifest now</h3>
          <p class="whole-prompt" dir="auto">
            {promptNow}
          </p>
        </>
      )}
      <dl>
        <Fact name="Model">{render.model}</Fact>
        <Fact name="Render">{item.key}</Fact>
        {scene.tags.length === 0 ? null : <Fact name="Tags">{scene.tags.join(', ')}</Fact>}
        {clip === undefined ? null : (
          <>
            <Fact name="Clip">
              {lengthWords(clip.seconds)} · {clip.width}×{clip.height} ·{' '}
              {clip.audio ? 'sound' : 'silent'}
            </Fact>
            <Fact name="File">{clip.path}</Fact>
          </>
        )}
        {cost === undefined ? null : (
          <Fact name="Cost">
            {costWords(cost)}
            {cost.refundPending === true ? ', refund pending' : ''}
            {cost.estimatedUsd === undefined ? '' : `, estimated ${dollars(cost.estimatedUsd)}`}
          </Fact>
        )}
        {render.task === undefined ? null : <Fact name="Task">{render.task}</Fact>}
        {render.completedAt === undefined ? null : (
          <Fact name="Completed">{render.completedAt}</Fact>
        )}
        {render.marks.length === 0 ? null : (
          <Fact name="Also">{render.marks.map((mark) => MARK_WORDS[mark]).join(', ')}</Fact>
        )}
      </dl>
      <Notes item={item} />
      <KeyList />
    </aside>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChild;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
