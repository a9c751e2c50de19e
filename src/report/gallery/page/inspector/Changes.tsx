/** In what the request of this clip differs from the one that the manifest asks for now. */
import { Fragment, type JSX } from 'preact';
import type { Item } from '../model/review.ts';
import { valueText } from '../model/value-text.ts';

export function Changes({ item: { render } }: { readonly item: Item }): JSX.Element | null {
  // The prompt is shown word by word.
  const changes = (render.changes ?? []).filter(({ path }) => path !== 'prompt');
  if (changes.length === 0) return null;
  return (
    <section>
      <h3>Changed since</h3>
      <dl class="changes">
        {changes.map(({ path, old, new: now }) => (
          <Fragment key={path}>
            <dt>
              <code>{path}</code>
            </dt>
            <dd>
              <del dir="auto">{old === undefined ? 'not set' : valueText(old)}</del>{' '}
              <ins dir="auto">{now === undefined ? 'not set' : valueText(now)}</ins>
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
