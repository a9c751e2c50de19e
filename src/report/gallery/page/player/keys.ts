/** The keys of the player, as editing programs have them; the help lists them from here. */
import type { Item } from '../model/review.ts';
import { toggleReject, togglePick, toggleStar } from '../state/decisions.ts';
import { close, open } from '../state/view.ts';
import { NOTE_ID } from './Notes.tsx';
import { type Direction, neighbour, rowOf } from './neighbours.ts';
import {
  changeSpeed,
  isMuted,
  markLoop,
  pause,
  setMuted,
  shuttle,
  stepFrames,
  togglePlay,
} from './playback.ts';

export const PLAYER_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Space', 'play, pause'],
  ['J K L', 'backwards, pause, forwards; again: faster'],
  [', .', 'one frame back, on'],
  ['[ ]', 'loop from here, to here'],
  ['\\', 'no loop'],
  ['< >', 'slower, faster'],
  ['← →', 'previous, next model'],
  ['↑ ↓', 'previous, next scene'],
  ['Shift ← →', 'previous, next take'],
  ['P X S', 'pick, reject, star'],
  ['N', 'a note at this frame'],
  ['M', 'sound'],
  ['F', 'full screen'],
  ['Esc', 'back'],
];

/** Whether the key meant something here. */
export function playerKey(event: KeyboardEvent, item: Item, stage: HTMLElement): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const row = rowOf(item);
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
      if (row !== undefined) togglePick(item, row);
      return true;
    case 'x':
    case 'X':
      toggleReject(item);
      return true;
    case 's':
    case 'S':
      toggleStar(item);
      return true;
    case 'n':
    case 'N':
      document.getElementById(NOTE_ID)?.focus();
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
