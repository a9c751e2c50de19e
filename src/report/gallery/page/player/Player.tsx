/** One clip, large: the picture and its transport, its facts, its neighbours. */
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { CheckIcon, CrossIcon, LeftIcon, RightIcon, StarIcon } from '../icons.tsx';
import { MarkBadges } from '../MarkBadges.tsx';
import { focusItem } from '../matrix/keyboard.ts';
import { Blank, Media } from '../matrix/media.tsx';
import type { Item } from '../model/review.ts';
import { spokenName, STATE_TONES, STATE_WORDS } from '../model/words.ts';
import {
  decisionOf,
  isDecidable,
  pickedPart,
  toggleReject,
  togglePick,
  toggleStar,
} from '../state/decisions.ts';
import { isGone, markGone } from '../state/gone.ts';
import { close, compareMode, open, openPanel, panel, shownItems } from '../state/view.ts';
import { Inspector } from '../inspector/Inspector.tsx';
import { go, playerKey, toggleFullScreen } from './keys.ts';
import { neighbour } from './neighbours.ts';
import { rowOf } from '../state/rows.ts';
import {
  attach,
  known,
  loopFrom,
  loopPart,
  loopTo,
  pause,
  togglePlay,
} from '../playback/playback.ts';
import { framesPerSecond } from '../playback/timecode.ts';
import { Transport } from './Transport.tsx';
import { QuietButton } from '../QuietButton.tsx';

export function Player({ item }: { readonly item: Item }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const { clip } = item.render;
  const plays = clip?.src !== undefined && !isGone(item);
  const last = useRef(item);
  last.current = item;
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Not the first button, which the next key would press.
    stage.current?.focus();
    return () => {
      element?.close();
      focusItem(last.current);
    };
  }, []);
  useSignalEffect(() => {
    if (compareMode.value !== undefined) pause();
  });
  // Wherever the focus is: a click beside a button leaves it on the document.
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target) || stage.current === null) return;
      // The help, or compared clips, cover it.
      if (panel.value !== undefined || compareMode.value !== undefined) return;
      if (playerKey(event, last.current, stage.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <dialog
      ref={dialog}
      class="player"
      aria-label={`Player: ${item.key}`}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <PlayerHead item={item} />
      <div class="player-body">
        <div class="stage" ref={stage} tabIndex={-1}>
          {plays ? (
            <Video item={item} key={item.key} />
          ) : (
            <div class="no-video">
              <Blank item={item} />
            </div>
          )}
          {plays ? (
            <Transport
              fps={framesPerSecond(clip)}
              hasSound={clip.audio}
              part={pickedPart(item)}
              notes={decisionOf(item)?.notes ?? []}
              onFullScreen={() => stage.current !== null && toggleFullScreen(stage.current)}
            />
          ) : null}
        </div>
        <Inspector item={item} key={item.key} />
      </div>
      <Neighbours item={item} />
    </dialog>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');

function Video({ item }: { readonly item: Item }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const { clip } = item.render;
  // Before the file can tell its length, and before the next key.
  useLayoutEffect(() => {
    const element = video.current;
    return element === null || clip === undefined
      ? undefined
      : attach(element, framesPerSecond(clip), clip.seconds);
  }, []);
  return (
    <video
      ref={video}
      class="main-video"
      style={clip === undefined ? {} : { aspectRatio: `${clip.width} / ${clip.height}` }}
      src={clip?.src}
      playsInline
      preload="auto"
      tabIndex={-1}
      aria-label={item.key}
      onClick={togglePlay}
      onLoadedMetadata={({ currentTarget }) => known(currentTarget.duration)}
      onError={({ currentTarget }) => markGone(item, currentTarget.error)}
    />
  );
}

function PlayerHead({ item }: { readonly item: Item }): JSX.Element {
  const { render } = item;
  const decision = decisionOf(item);
  const row = rowOf(item);
  const hasRange = loopFrom.value !== undefined || loopTo.value !== undefined;
  return (
    <header class="player-head">
      <h2>
        <bdi>{item.scene.id}</bdi>
        <span class="alias">
          <bdi>{render.alias}</bdi>
          {render.take > 1 ? `, take ${render.take}` : ''}
        </span>
        <span class="badge" data-tone={STATE_TONES[render.state]}>
          {STATE_WORDS[render.state]}
        </span>
        <MarkBadges marks={render.marks} />
      </h2>
      <div class="verdicts">
        <QuietButton
          class="pick"
          disabled={!isDecidable(item)}
          aria-pressed={decision?.pick === true}
          onClick={() => row !== undefined && togglePick(item, row, loopPart())}
        >
          <CheckIcon />
          {hasRange ? 'Pick this part' : 'Pick'}
        </QuietButton>
        <QuietButton
          class="reject"
          disabled={!isDecidable(item)}
          aria-pressed={decision?.reject === true}
          onClick={() => toggleReject(item)}
        >
          <CrossIcon />
          Reject
        </QuietButton>
        <QuietButton
          class="star"
          disabled={render.clip === undefined}
          aria-pressed={decision?.star === true}
          onClick={() => toggleStar(item)}
        >
          <StarIcon />
          Star
        </QuietButton>
        <QuietButton
          class="help-button"
          title="Keys"
          aria-label="Keys and search"
          onClick={() => openPanel('help')}
        >
          ?
        </QuietButton>
        <QuietButton class="last" onClick={close}>
          Close
        </QuietButton>
      </div>
    </header>
  );
}

/** The other models and takes of the scene. */
function Neighbours({ item }: { readonly item: Item }): JSX.Element {
  const items = rowOf(item)?.items.filter((one) => shownItems.value.has(one)) ?? [];
  const shown = [...items].sort((a, b) => a.column - b.column || a.render.take - b.render.take);
  return (
    <nav class="neighbours" aria-label="Takes and models of this scene">
      <StepButton item={item} by={-1} />
      <div class="strip">
        {shown.map((one) => (
          <button
            type="button"
            class="thumb"
            key={one.key}
            aria-current={one === item}
            data-decided={decisionOf(one)?.pick === true ? 'picked' : undefined}
            onClick={() => open(one)}
          >
            <span class="hidden">{spokenName(one.render, [])}</span>
            <span class="thumb-frame">
              <Media item={one} />
            </span>
            <bdi aria-hidden="true">
              {one.render.alias}
              {one.render.take > 1 ? ` ${one.render.take}` : ''}
            </bdi>
          </button>
        ))}
      </div>
      <StepButton item={item} by={1} />
    </nav>
  );
}

function StepButton({ item, by }: { readonly item: Item; readonly by: 1 | -1 }): JSX.Element {
  return (
    <QuietButton
      aria-label={by < 0 ? 'Previous scene' : 'Next scene'}
      disabled={neighbour(item, 'scene', by) === undefined}
      onClick={() => go(item, 'scene', by)}
    >
      {by < 0 ? <LeftIcon /> : <RightIcon />}
    </QuietButton>
  );
}
