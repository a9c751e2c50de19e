/** The native request as it was sent, field by field; pictures, elements and shots are in it. */
import type { JSX } from 'preact';
import type { Item } from '../model/review.ts';
import { valueText } from '../model/value-text.ts';
import { Fact } from './Fact.tsx';

export function RequestFields({ item }: { readonly item: Item }): JSX.Element | null {
  const fields = Object.entries(item.render.request ?? {});
  if (fields.length === 0) return null;
  return (
    <details>
      <summary>
        <h3>Request as sent</h3>
      </summary>
      <dl class="request">
        {fields.map(([name, value]) => (
          <Fact name={name} key={name}>
            {valueText(value)}
          </Fact>
        ))}
      </dl>
    </details>
  );
}
