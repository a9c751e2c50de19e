/** The attempt behind the clip: model, money, task, times, where things are. */
import type { JSX } from 'preact';
import { isWhole, type Part, partWords } from '../playback/part.ts';
import type { Item } from '../model/review.ts';
import { costWords, priceWords, estimateWords, MARK_WORDS, timeWords } from '../model/words.ts';
import { Fact } from './Fact.tsx';

export function Attempt({ item }: { readonly item: Item }): JSX.Element {
  const { render, scene } = item;
  const { clip, cost, estimate, decided } = render;
  return (
    <section>
      <h3>Render</h3>
      <dl>
        <Fact name="Id" isCode>
          {item.key}
        </Fact>
        <Fact name="Model">{render.model}</Fact>
        {cost === undefined ? null : (
          <Fact name="Cost">
            {costWords(cost)}
            {cost.kind === 'charged' && cost.usd !== undefined ? ' charged' : ''}
            {cost.refundPromised === true ? ', refund promised' : ''}
            {cost.refundedUsd === undefined ? '' : `, ${priceWords(cost.refundedUsd)} refunded`}
          </Fact>
        )}
        {cost?.estimatedUsd === undefined ? null : (
          <Fact name="Was estimated">{priceWords(cost.estimatedUsd)}</Fact>
        )}
        {estimate === undefined ? null : (
          <Fact name={clip === undefined ? 'Would cost' : 'Again'}>{estimateWords(estimate)}</Fact>
        )}
        {render.task === undefined ? null : <Fact name="Task">{render.task}</Fact>}
        {render.submittedAt === undefined ? null : (
          <Fact name="Submitted">{timeWords(render.submittedAt)}</Fact>
        )}
        {render.completedAt === undefined ? null : (
          <Fact name="Completed">{timeWords(render.completedAt)}</Fact>
        )}
        {clip === undefined ? null : (
          <Fact name="File" isCode>
            {clip.path}
          </Fact>
        )}
        {render.place === undefined ? null : (
          <Fact name="Scene at" isCode>
            {render.place}
          </Fact>
        )}
        {scene.tags.length === 0 ? null : <Fact name="Tags">{scene.tags.join(', ')}</Fact>}
        {render.marks.length === 0 ? null : (
          <Fact name="Marks">{render.marks.map((mark) => MARK_WORDS[mark]).join(', ')}</Fact>
        )}
        {decided === undefined ? null : (
          <Fact name="In the lock">
            {[
              ...(decided.pick === undefined ? [] : [pickWords(decided.pick)]),
              ...(decided.reject === undefined ? [] : ['rejected', decided.reject.note ?? '']),
              ...(decided.by === undefined ? [] : [`by ${decided.by}`]),
            ]
              .filter((text) => text !== '')
              .join(', ')}
          </Fact>
        )}
      </dl>
      {(render.notes ?? []).map((note) => (
        <p class="model-note" dir="auto" key={note}>
          {note}
        </p>
      ))}
    </section>
  );
}

const pickWords = ({ note, ...part }: Part & { readonly note?: string }): string =>
  [
    'picked',
    ...(isWhole(part) ? [] : [partWords(part)]),
    ...(note === undefined ? [] : [note]),
  ].join(', ');
