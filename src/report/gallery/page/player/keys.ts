/** The keys of the player. */
import type { Item } from '../model/review.ts';
import { NOTE_ID } from '../inspector/Notes.tsx';
import { pickedPart, toggleReject, togglePick, toggleStar } from '../state/decisions.ts';
import { close, open, toggleCompared } from '../state/view.ts';
import { type Direction, neighbour } from './neighbours.ts';
import { hasKeyboard, isForBrowser } from '../key-events.ts';
import { rowOf } from '../state/rows.ts';
import {
  changeSpeed,
  isMuted,
  loopPart,
  markLoop,
  pause,
  setMuted,
  shuttle,
  stepFrames,
  togglePart,
  togglePlay,
} from '../playback/playback.ts';

/** By whole frames: the steps of the slider itself are finer. */
function sliderKey(key: string): boolean {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      stepFrames(-1);
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      stepFrames(1);
      return true;
    default:
      return false;
  }
}

/** Whether the key has a meaning here. */
export function playerKey(event: KeyboardEvent, item: Item, stage: HTMLElement): boolean {
  if (isForBrowser(event)) return false;
  if (event.key === ' ' && hasKeyboard(event.target, 'button, summary')) return false;
  if (hasKeyboard(event.target, 'input[type=range]') && sliderKey(event.key)) return true;
  const row = rowOf(item);
  const part = pickedPart(item);
  switch (event.key) {
    case ' ':
      togglePlay();
      return true;
    case 'j':
    case 'J':
      shuttle(-1);
      return true;
    case 'k':
    case 'K':
      pause();
      return true;
    case 'l':
    case 'L':
      shuttle(1);
      return true;
    case ',':
      stepFrames(-1);
      return true;
    case '.':
      stepFrames(1);
      return true;
    case '<':
      changeSpeed(-1);
      return true;
    case '>':
      changeSpeed(1);
      return true;
    case '[':
      markLoop('from');
      return true;
    case ']':
      markLoop('to');
      return true;
    case '\\':
      markLoop('none');
      return true;
    case 'ArrowLeft':
      go(item, event.shiftKey ? 'take' : 'model', -1);
      return true;
    case 'ArrowRight':
      go(item, event.shiftKey ? 'take' : 'model', 1);
      return true;
    case 'ArrowUp':
      go(item, 'scene', -1);
      return true;
    case 'ArrowDown':
      go(item, 'scene', 1);
      return true;
    case 'p':
    case 'P':
      if (row !== undefined) togglePick(item, row, loopPart());
      return true;
    case 'x':
    case 'X':
      toggleReject(item);
      return true;
    case 's':
    case 'S':
      toggleStar(item);
      return true;
    case 'c':
    case 'C':
      toggleCompared(item);
      return true;
    case 'n':
    case 'N':
      // It lies outside of what fills the screen.
      if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
      document.getElementById(NOTE_ID)?.focus();
      return true;
    case 'r':
    case 'R':
      if (part !== undefined) togglePart(part);
      return true;
    case 'm':
    case 'M':
      setMuted(!isMuted.value);
      return true;
    case 'f':
    case 'F':
      toggleFullScreen(stage);
      return true;
    case 'Escape':
      close();
      return true;
    default:
      return false;
  }
}

export function go(item: Item, direction: Direction, by: 1 | -1): void {
  const next = neighbour(item, direction, by);
  if (next !== undefined) open(next);
}

export function toggleFullScreen(stage: HTMLElement): void {
  const done =
    document.fullscreenElement === null ? stage.requestFullscreen() : document.exitFullscreen();
  done.catch(() => undefined);
}
