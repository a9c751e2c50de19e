/** One clip among those that are compared: it joins the common clock while it is shown. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Blank } from '../matrix/media.tsx';
import type { Item } from '../model/review.ts';
import { framesPerSecond } from '../playback/timecode.ts';
import { isGone, markGone } from '../state/gone.ts';
import { join } from './together.ts';

export function ComparedClip({ item }: { readonly item: Item }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const { clip } = item.render;
  const plays = clip?.src !== undefined && !isGone(item);
  // A clip that is found to be gone leaves the clock: the others would wait for it.
  useEffect(() => {
    const element = video.current;
    if (element === null || clip === undefined) return undefined;
    return join(item.key, { element, seconds: clip.seconds, fps: framesPerSecond(clip) });
  }, [plays]);
  if (!plays)
    return (
      <div class="no-video">
        <Blank item={item} />
      </div>
    );
  return (
    <video
      ref={video}
      src={clip.src}
      muted
      playsInline
      preload="auto"
      tabIndex={-1}
      aria-label={item.key}
      onError={({ currentTarget }) => markGone(item, currentTarget.error)}
    />
  );
}
