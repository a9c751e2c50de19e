/** Two to six clips on one clock: side by side, one after the other, or one across the other. */
import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Dialog } from '../Dialog.tsx';
import { CheckIcon, CrossIcon, MutedIcon, SoundIcon } from '../icons.tsx';
import { columnsFor } from '../model/compare-grid.ts';
import type { Item } from '../model/review.ts';
import { type CompareMode, COMPARE_MODES } from '../model/view.ts';
import { lengthWords, STATE_TONES } from '../model/words.ts';
import { framesPerSecond, timecode } from '../playback/timecode.ts';
import { decisionOf, isDecidable, toggleReject, togglePick } from '../state/decisions.ts';
import { resultName } from '../state/result-name.ts';
import { rowOf } from '../state/rows.ts';
import { closeCompare, compared, compareMode, panel, setCompareMode } from '../state/view.ts';
import { windowHeight, windowWidth } from '../state/window-size.ts';
import { hasKeyboard, isForBrowser } from '../key-events.ts';
import { ComparedClip } from './ComparedClip.tsx';
import {
  afterEnd,
  audible,
  clock,
  hear,
  isPlaying,
  longest,
  seekTogether,
  speedTogether,
  stepTogether,
  toggleAfterEnd,
  toggleTogether,
} from './together.ts';
import { QuietButton } from '../QuietButton.tsx';

/** The clip that was asked for: it is shown in `flick`, and on top of the first one in `wipe`. */
const asked = signal(0);
/** Another choice of clips may have fewer. */
const front = computed(() => Math.min(asked.value, compared.value.length - 1));
/** The part of the window that the head and the transport leave free. */
const roomForClips = computed(() => ({
  width: windowWidth.value,
  height: windowHeight.value - HEAD_AND_TRANSPORT,
}));
const HEAD_AND_TRANSPORT = 130;
const WIDE = 16 / 9;
const ratioOf = ({ render: { clip } }: Item): number =>
  clip === undefined ? WIDE : clip.width / clip.height;
const ratiosOf = (items: readonly Item[]): readonly number[] => items.map(ratioOf);

/** Models alone do not tell the clips apart. */
const severalScenes = computed(() => new Set(compared.value.map(({ scene }) => scene)).size > 1);

/** Where the wipe is: 0 to 1 of the width. */
const wipeAt = signal(0.5);

function wipeTo({
  currentTarget,
  clientX,
}: PointerEvent & { readonly currentTarget: Element }): void {
  const { left, width } = currentTarget.getBoundingClientRect();
  wipeAt.value = Math.max(0, Math.min(1, (clientX - left) / width));
}

/** Both are cut: a clip of another shape does not cover the first one. */
const sideOfLine = (isOver: boolean): string => {
  const left = Math.round(wipeAt.value * 1000) / 10;
  return isOver ? `inset(0 0 0 ${left}%)` : `inset(0 ${Math.round((100 - left) * 10) / 10}% 0 0)`;
};

const MODE_WORDS: Readonly<Record<CompareMode, string>> = {
  side: 'Side by side',
  flick: 'Flick',
  wipe: 'Wipe',
};

export function Compare(): JSX.Element {
  const items = compared.value;
  const mode = compareMode.value ?? 'side';
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // The help covers it.
      if (panel.value === undefined && compareKey(event)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Dialog class="player compare" label="Compare" onClose={closeCompare}>
      <header class="player-head">
        <h2>
          <bdi>{[...new Set(items.map(({ scene }) => scene.id))].join(', ')}</bdi>
        </h2>
        <div class="verdicts">
          <fieldset class="sizes">
            <legend class="hidden">Way of comparing</legend>
            {COMPARE_MODES.map((one) => (
              <QuietButton
                key={one}
                aria-pressed={mode === one}
                onClick={() => setCompareMode(one)}
              >
                {MODE_WORDS[one]}
              </QuietButton>
            ))}
          </fieldset>
          <WhichClip items={items} mode={mode} />
          <QuietButton class="last" onClick={closeCompare}>
            Close
          </QuietButton>
        </div>
      </header>
      <div
        class={`compared ${mode}`}
        style={{ '--columns': columnsFor(ratiosOf(items), roomForClips.value) }}
        onPointerDown={(event) => mode === 'wipe' && wipeTo(event)}
        onPointerMove={(event) => mode === 'wipe' && wipeTo(event)}
      >
        {items.map((item, index) => (
          <Clip item={item} index={index} mode={mode} key={item.key} />
        ))}
        {mode === 'wipe' ? (
          <span class="wipe-line" style={{ left: `${wipeAt.value * 100}%` }} />
        ) : null}
      </div>
      <Transport items={items} />
    </Dialog>
  );
}

interface ItemsProps {
  readonly items: readonly Item[];
}

interface ClipProps {
  readonly item: Item;
  readonly index: number;
  readonly mode: CompareMode;
}

function Clip({ item, index, mode }: ClipProps): JSX.Element {
  const { render } = item;
  const over = Math.max(1, front.value);
  const isSeen =
    mode === 'side' || (mode === 'flick' ? index === front.value : index === 0 || index === over);
  const isOver = mode === 'wipe' && index === over;
  const row = rowOf(item);
  const decision = decisionOf(item);
  return (
    <figure
      class="compared-clip"
      data-hidden={isSeen ? undefined : ''}
      data-decided={decision?.pick === true ? 'picked' : undefined}
    >
      <div
        class="compared-picture"
        style={{
          '--ratio': ratioOf(item),
          clipPath: mode === 'wipe' ? sideOfLine(isOver) : '',
        }}
      >
        <ComparedClip item={item} />
      </div>
      <figcaption data-end={isOver ? '' : undefined}>
        <kbd>{index + 1}</kbd>
        {severalScenes.value ? <bdi class="compared-scene">{item.scene.id}</bdi> : null}
        <bdi class="alias">
          {render.alias}
          {render.take > 1 ? `, take ${render.take}` : ''}
        </bdi>
        {render.state === 'ready' ? null : (
          <span class="badge" data-tone={STATE_TONES[render.state]}>
            {resultName(item)}
          </span>
        )}
        <span class="gap" />
        {render.clip?.audio === true ? (
          <QuietButton
            class="hear"
            title="Sound"
            aria-label={`Sound of ${item.key}`}
            aria-pressed={audible.value === item.key}
            onClick={() => hear(audible.value === item.key ? undefined : item.key)}
          >
            {audible.value === item.key ? <SoundIcon /> : <MutedIcon />}
          </QuietButton>
        ) : null}
        <QuietButton
          class="pick"
          aria-label={`Pick ${item.key}`}
          aria-pressed={decision?.pick === true}
          disabled={!isDecidable(item)}
          onClick={() => row !== undefined && togglePick(item, row)}
        >
          <CheckIcon />
        </QuietButton>
        <QuietButton
          class="reject"
          aria-label={`Reject ${item.key}`}
          aria-pressed={decision?.reject === true}
          disabled={!isDecidable(item)}
          onClick={() => toggleReject(item)}
        >
          <CrossIcon />
        </QuietButton>
      </figcaption>
    </figure>
  );
}

function Transport({ items }: ItemsProps): JSX.Element {
  const fps = Math.max(1, ...items.map(({ render }) => framesPerSecond(render.clip ?? {})));
  return (
    <div class="transport">
      <div class="scrubber">
        <input
          type="range"
          aria-label="Position of all clips"
          aria-valuetext={timecode(clock.value, fps)}
          min={0}
          max={longest.value}
          step={1 / fps / 4}
          value={clock.value}
          style={{ '--done': `${longest.value === 0 ? 0 : (clock.value / longest.value) * 100}%` }}
          onInput={({ currentTarget }) => seekTogether(Number(currentTarget.value))}
        />
      </div>
      <div class="controls">
        <button type="button" class="strong" onClick={toggleTogether}>
          {isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <QuietButton aria-label="Previous frame" onClick={() => stepTogether(-1)}>
          ‹
        </QuietButton>
        <QuietButton aria-label="Next frame" onClick={() => stepTogether(1)}>
          ›
        </QuietButton>
        <output class="timecode" aria-label="Timecode">
          {timecode(clock.value, fps)}
          <span> / {lengthWords(longest.value)}</span>
        </output>
        <span class="gap" />
        <span class="hint">1–6 one clip · Space · , . frames · V way · ? keys</span>
        <QuietButton onClick={toggleAfterEnd}>
          Shorter clips {afterEnd.value === 'hold' ? 'hold' : 'loop'}
        </QuietButton>
        <QuietButton
          title="Speed"
          onClick={() => {
            speedTogether.value = NEXT_SPEED[speedTogether.value] ?? 1;
          }}
        >
          {speedTogether.value}×
        </QuietButton>
      </div>
    </div>
  );
}

const NEXT_SPEED: Readonly<Record<number, number>> = { 1: 2, 2: 0.25, 0.25: 0.5, 0.5: 1 };

function show(index: number): void {
  asked.value = index;
  if (compareMode.value === 'side') setCompareMode('flick');
}

/** Which clip is shown, or lies across the first: for those who have no keys. */
function WhichClip({
  items,
  mode,
}: Omit<ClipProps, 'item' | 'index'> & ItemsProps): JSX.Element | null {
  const first = mode === 'wipe' ? 1 : 0;
  if (mode === 'side' || items.length - first < 2) return null;
  return (
    <fieldset class="sizes">
      <legend class="hidden">Clip</legend>
      {items.slice(first).map((item, index) => (
        <QuietButton
          key={item.key}
          aria-label={`Show ${item.key}, clip ${first + index + 1}`}
          aria-pressed={Math.max(first, front.value) === first + index}
          onClick={() => show(first + index)}
        >
          {first + index + 1}
        </QuietButton>
      ))}
    </fieldset>
  );
}

function compareKey(event: KeyboardEvent): boolean {
  if (isForBrowser(event)) return false;
  if (event.key === ' ' && hasKeyboard(event.target, 'button')) return false;
  const count = compared.value.length;
  const number = Number(event.key);
  if (number >= 1 && number <= count) {
    show(number - 1);
    return true;
  }
  switch (event.key) {
    case ' ':
    case 'k':
    case 'K':
      toggleTogether();
      return true;
    case ',':
      stepTogether(-1);
      return true;
    case '.':
      stepTogether(1);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      if (hasKeyboard(event.target, 'input[type=range]'))
        stepTogether(event.key === 'ArrowLeft' ? -1 : 1);
      else if (compareMode.value === 'wipe')
        wipeAt.value = Math.max(
          0,
          Math.min(1, wipeAt.value + (event.key === 'ArrowLeft' ? -0.05 : 0.05)),
        );
      else asked.value = (front.value + (event.key === 'ArrowLeft' ? count - 1 : 1)) % count;
      return true;
    case 'v':
    case 'V':
      setCompareMode(
        COMPARE_MODES[
          (COMPARE_MODES.indexOf(compareMode.value ?? 'side') + 1) % COMPARE_MODES.length
        ] ?? 'side',
      );
      return true;
    default:
      return false;
  }
}
