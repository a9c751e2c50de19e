/** Below the picture: play, where it is, the scrubber with the loop range, speed, sound. */
import type { JSX } from 'preact';
import { CrossIcon, FullScreenIcon, MutedIcon, SoundIcon } from '../icons.tsx';
import { lengthWords } from '../model/words.ts';
import {
  chosenSpeed,
  duration,
  frame,
  frames,
  isMuted,
  loopFrom,
  loopTo,
  markLoop,
  nextSpeed,
  pause,
  seek,
  setMuted,
  speed,
  stepFrames,
  time,
  togglePlay,
} from '../playback/playback.ts';
import { timecode } from '../playback/timecode.ts';
import type { ReviewNote } from '../../review-file.ts';
import { QuietButton } from '../QuietButton.tsx';

interface TransportProps {
  readonly fps: number;
  readonly hasSound: boolean;
  readonly notes: readonly ReviewNote[];
  readonly onFullScreen: () => void;
}

export function Transport({ fps, hasSound, notes, onFullScreen }: TransportProps): JSX.Element {
  return (
    <div class="transport">
      <Scrubber notes={notes} fps={fps} />
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

function Scrubber({
  notes,
  fps,
}: {
  readonly notes: readonly ReviewNote[];
  readonly fps: number;
}): JSX.Element {
  const [from, to] = [loopFrom.value, loopTo.value];
  return (
    <div class="scrubber">
      {from === undefined && to === undefined ? null : (
        <span
          class="loop"
          style={{
            left: percent(from ?? 0),
            right: `calc(100% - ${percent(to ?? duration.value)})`,
          }}
        />
      )}
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
