/** The picture of a clip in the grid: still, and playing without sound while it is looked at. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../model/review.ts';
import { estimateWords, STATE_TONES, STATE_WORDS } from '../model/words.ts';
import { reducedMotion } from '../state/window-size.ts';
import { gone, goneWords, isGone, markGone, troubleOf } from '../state/gone.ts';

/** The one item that plays in the grid. */
const playing = signal<Item | undefined>(undefined);
let about: ReturnType<typeof setTimeout> | undefined;
const LINGER_MS = 120;

/** Played once the pointer or the focus has rested on it. */
export function previewSoon(item: Item | undefined): void {
  clearTimeout(about);
  if (item === undefined) playing.value = undefined;
  else if (!reducedMotion.matches)
    about = setTimeout(() => {
      playing.value = item;
    }, LINGER_MS);
}

export function Media({ item }: { readonly item: Item }): JSX.Element {
  const { clip } = item.render;
  if (clip?.src === undefined || isGone(item)) return <Blank item={item} />;
  return (
    <>
      {clip.poster === undefined ? (
        <Still src={clip.src} item={item} />
      ) : (
        <Poster poster={clip.poster} src={clip.src} item={item} key={clip.poster} />
      )}
      {playing.value === item ? <Preview src={clip.src} /> : null}
    </>
  );
}

/** One that is gone is replaced by the clip's own picture; the others stay. */
function Poster({
  poster,
  src,
  item,
}: {
  readonly poster: string;
  readonly src: string;
  readonly item: Item;
}): JSX.Element {
  const [isHere, setHere] = useState(true);
  return isHere ? (
    <img class="poster" src={poster} alt="" decoding="async" onError={() => setHere(false)} />
  ) : (
    <Still src={src} item={item} />
  );
}

/** Without a poster: the browser's own picture of the clip's beginning. */
function Still({ src, item }: { readonly src: string; readonly item: Item }): JSX.Element {
  return (
    <video
      class="still"
      src={`${src}#t=0.1`}
      preload="metadata"
      muted
      playsInline
      tabIndex={-1}
      aria-hidden="true"
      onError={({ currentTarget }) => markGone(item, currentTarget.error)}
    />
  );
}

function Preview({ src }: { readonly src: string }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    element.muted = true;
    element.play().catch(() => undefined);
    return () => {
      // Lets go of the decoder at once, not at the next garbage collection.
      element.removeAttribute('src');
      element.load();
    };
  }, []);
  return (
    <video
      ref={video}
      class="preview"
      src={src}
      loop
      playsInline
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}

/** The state speaks of the request alone, and would pass for a clip that is here. */
const isAway = ({ render: { state, clip } }: Item): boolean =>
  clip !== undefined && clip.src === undefined && ['changed', 'orphan', 'earlier'].includes(state);

export function Blank({ item }: { readonly item: Item }): JSX.Element {
  const { state, because, error, clip, estimate } = item.render;
  const price = estimate === undefined ? '' : `would cost ${estimateWords(estimate)}`;
  const trouble = troubleOf(item);
  const how = gone.value.get(item);
  return (
    <span class="blank" aria-hidden="true">
      <b data-tone={trouble === undefined ? STATE_TONES[state] : 'bad'}>
        {trouble ?? STATE_WORDS[state]}
      </b>
      <span dir="auto">
        {trouble !== undefined && how !== undefined
          ? goneWords(how, clip?.path ?? '')
          : isAway(item)
            ? `Its clip was not on the machine that wrote this page: ${clip?.path}`
            : (error?.message ?? because ?? price)}
      </span>
    </span>
  );
}
