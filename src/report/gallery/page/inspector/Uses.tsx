/** Pictures, cast and frames of other clips in a render, and clips that continue it. */
import type { ComponentChild, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PageUse } from '../../page-data.ts';
import { Media } from '../matrix/media.tsx';
import { castOf, frameWords, upstreamOf, usersOf } from '../model/uses.ts';
import type { Item } from '../model/review.ts';
import { review } from '../state/page.ts';
import { open } from '../state/view.ts';

export function Uses({ item }: { readonly item: Item }): JSX.Element | null {
  const uses = item.render.uses ?? [];
  const cast = castOf(review, item);
  const users = usersOf(review, item);
  return (
    <>
      <List name="Pictures and frames used">
        {uses.map((use) => (
          <UsedThing item={item} use={use} key={use.at} />
        ))}
      </List>
      <List name="Cast">
        {cast.map(({ name, description, pictures }) => (
          <li class="result" key={name}>
            <Picture src={pictures.find(({ src }) => src !== undefined)?.src} />
            <span>
              <b>@{name}</b>
              <span dir="auto">{description ?? pictures.map(({ path }) => path).join(', ')}</span>
            </span>
          </li>
        ))}
      </List>
      <List name="Goes on in">
        {users.map(({ item: user, use }) => (
          <Clip item={user} key={user.key} name={user.key}>
            from the {frameWords(use.frame)}
          </Clip>
        ))}
      </List>
    </>
  );
}

function List({
  name,
  children,
}: {
  readonly name: string;
  readonly children: readonly JSX.Element[];
}): JSX.Element | null {
  if (children.length === 0) return null;
  return (
    <section>
      <h3>{name}</h3>
      <ul class="results">{children}</ul>
    </section>
  );
}

function UsedThing({ item, use }: { readonly item: Item; readonly use: PageUse }): JSX.Element {
  if (use.kind === 'picture')
    return (
      <li class="result">
        <Picture src={use.src} />
        <span>
          <b>{use.path}</b>
          <span>{use.at}</span>
        </span>
      </li>
    );
  const upstream = upstreamOf(review, item, use);
  const name = `${frameWords(use.frame)} of ${use.render}`;
  if (upstream !== undefined)
    return (
      <Clip item={upstream} name={name}>
        {use.at}
      </Clip>
    );
  return (
    <li class="result">
      <span>
        <b>{name}</b>
        <span>{use.at}</span>
      </span>
    </li>
  );
}

function Clip({
  item,
  name,
  children,
}: {
  readonly item: Item;
  readonly name: string;
  readonly children: ComponentChild;
}): JSX.Element {
  return (
    <li>
      <button type="button" class="result" onClick={() => open(item)}>
        <span class="thumb-frame">
          <Media item={item} />
        </span>
        <span>
          <b>{name}</b>
          <span>{children}</span>
        </span>
      </button>
    </li>
  );
}

/** Nothing where the picture is not beside the page. */
function Picture({ src }: { readonly src: string | undefined }): JSX.Element | null {
  const [isGone, setGone] = useState(false);
  if (src === undefined || isGone) return null;
  return (
    <span class="thumb-frame">
      <img class="poster" src={src} alt="" decoding="async" onError={() => setGone(true)} />
    </span>
  );
}
