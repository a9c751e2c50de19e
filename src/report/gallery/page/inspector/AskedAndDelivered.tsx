/** The request and the delivered clip, side by side. */
import type { JSX } from 'preact';
import type { PageAsked, PageClip } from '../../page-data.ts';
import type { Item } from '../model/review.ts';
import { bytesWords, lengthWords } from '../model/words.ts';

export function AskedAndDelivered({ item }: { readonly item: Item }): JSX.Element | null {
  const { asked, clip, mismatch = [] } = item.render;
  if (asked === undefined && clip === undefined) return null;
  const rows = rowsOf(asked, clip, item.ratio);
  return (
    <section>
      <h3>Asked and delivered</h3>
      <table class="asked">
        <thead>
          <tr>
            <td />
            <th scope="col">asked</th>
            <th scope="col">delivered</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, wanted, got]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{wanted ?? '–'}</td>
              <td>{got ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {mismatch.map((text) => (
        <p class="mismatch" dir="auto" key={text}>
          {text}
        </p>
      ))}
    </section>
  );
}

type Row = readonly [name: string, asked: string | undefined, delivered: string | undefined];

const soundWord = (audio: boolean | undefined): string | undefined =>
  audio === undefined ? undefined : audio ? 'yes' : 'no';

const rowsOf = (
  asked: PageAsked | undefined,
  clip: PageClip | undefined,
  ratio: string | undefined,
): readonly Row[] => [
  ['length', asked && lengthWords(asked.seconds), clip && lengthWords(clip.seconds)],
  ['size', asked?.resolution, clip && `${clip.width}×${clip.height}`],
  ['ratio', asked?.ratio, ratio],
  ['sound', soundWord(asked?.audio), soundWord(clip?.audio)],
  ['frames a second', undefined, clip?.fps === undefined ? undefined : String(clip.fps)],
  ['file', undefined, clip && bytesWords(clip.bytes)],
];
