/** Below the picture: play, where it is, the scrubber with the loop range, speed, sound. */
import type { JSX } from 'preact';
import { CheckIcon, CrossIcon, FullScreenIcon, MutedIcon, SoundIcon } from '../icons.tsx';
import { type Part, partWords } from '../playback/part.ts';
import { lengthWords } from '../model/words.ts';
import {
  chosenSpeed,
  duration,
  frame,
  frames,
  isMuted,
  loopFrom,
  loopsPart,
  loopTo,
  markLoop,
  nextSpeed,
  pause,
  seek,
  setMuted,
  speed,
  stepFrames,
  time,
  togglePart,
  togglePlay,
} from '../playback/playback.ts';
import { timecode } from '../playback/timecode.ts';
import type { ReviewNote } from '../../review-file.ts';
import { QuietButton } from '../QuietButton.tsx';

interface TransportProps {
  readonly fps: number;
  readonly hasSound: boolean;
  /** What the pick of the clip uses of it. */
  readonly part: Part | undefined;
  readonly notes: readonly ReviewNote[];
  readonly onFullScreen: () => void;
}

export function Transport({
  fps,
  hasSound,
  part,
  notes,
  onFullScreen,
}: TransportProps): JSX.Element {
  return (
    <div class="transport">
      <Scrubber part={part} notes={notes} fps={fps} />
      <div class="controls">
        <button type="button" class="strong" onClick={togglePlay}>
          {speed.value === 0 ? 'Play' : 'Pause'}
        </button>
        <QuietButton aria-label="Previous frame" onClick={() => stepFrames(-1)}>
          ‹
        </QuietButton>
        <QuietButton aria-label="Next frame" onClick={() => stepFrames(1)}>
          ›
        </QuietButton>
        <output class="timecode" aria-label="Timecode">
          {timecode(time.value, fps)}
          <span>
            {' '}
            / {lengthWords(duration.value)} · frame {frame.value + 1} of {frames.value}
          </span>
        </output>
        <span class="gap" />
        {part === undefined ? null : <PartButton part={part} />}
        <LoopButtons />
        <QuietButton title="Speed" onClick={nextSpeed}>
          {speed.value === 0 ? chosenSpeed.value : speed.value}×
        </QuietButton>
        {hasSound ? (
          <QuietButton
            class="aside"
            title="Sound"
            aria-label="Sound"
            aria-pressed={!isMuted.value}
            onClick={() => setMuted(!isMuted.value)}
          >
            {isMuted.value ? <MutedIcon /> : <SoundIcon />}
          </QuietButton>
        ) : (
          <span class="silent aside">silent</span>
        )}
        <QuietButton
          class="aside"
          title="Full screen"
          aria-label="Full screen"
          onClick={onFullScreen}
        >
          <FullScreenIcon />
        </QuietButton>
      </div>
    </div>
  );
}

function PartButton({ part }: { readonly part: Part }): JSX.Element {
  const words = `Play the picked part: ${partWords(part)}`;
  return (
    <QuietButton
      class="part"
      title={words}
      aria-label={words}
      aria-pressed={loopsPart(part)}
      onClick={() => togglePart(part)}
    >
      <CheckIcon />
      Part
    </QuietButton>
  );
}

function LoopButtons(): JSX.Element {
  const hasLoop = loopFrom.value !== undefined || loopTo.value !== undefined;
  return (
    <>
      <QuietButton aria-label="Loop from here" onClick={() => markLoop('from')}>
        [
      </QuietButton>
      <QuietButton aria-label="Loop to here" onClick={() => markLoop('to')}>
        ]
      </QuietButton>
      {hasLoop ? (
        <QuietButton title="No loop" aria-label="No loop" onClick={() => markLoop('none')}>
          <CrossIcon />
        </QuietButton>
      ) : null}
    </>
  );
}

const percent = (at: number): string =>
  `${duration.value === 0 ? 0 : Math.min(100, (at / duration.value) * 100)}%`;

/** From `from` to `to`, in seconds; absent at an end of the clip. */
const placeOf = (
  from: number | undefined,
  to: number | undefined,
): Readonly<Record<'left' | 'right', string>> => ({
  left: percent(from ?? 0),
  right: `calc(100% - ${percent(to ?? duration.value)})`,
});

function Scrubber({
  part,
  notes,
  fps,
}: Pick<TransportProps, 'part' | 'notes' | 'fps'>): JSX.Element {
  const [from, to] = [loopFrom.value, loopTo.value];
  return (
    <div class="scrubber">
      {from === undefined && to === undefined ? null : (
        <span class="loop" style={placeOf(from, to)} />
      )}
      {part === undefined ? null : <span class="picked-part" style={placeOf(part.in, part.out)} />}
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={timecode(time.value, fps)}
        min={0}
        max={duration.value}
        step={1 / fps / 4}
        value={time.value}
        style={{ '--done': percent(time.value) }}
        onInput={({ currentTarget }) => {
          pause();
          seek(Number(currentTarget.value));
        }}
      />
      {notes.map(({ at, text }) => (
        <button
          type="button"
          class="note-mark"
          key={`${at} ${text}`}
          style={{ left: percent(at) }}
          title={text}
          aria-label={`Note at ${timecode(at, fps)}: ${text}`}
          onClick={() => seek(at)}
        />
      ))}
    </div>
  );
}
