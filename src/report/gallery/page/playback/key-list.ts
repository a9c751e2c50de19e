/** The keys of the player, as editing programs have them. */

/** Where a note is typed. */
export const NOTE_ID = 'note';

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
  ['P X S', 'pick (the loop range, if there is one), reject, star'],
  ['N', 'a note at this frame'],
  ['C', 'add to the clips to compare'],
  ['M', 'sound'],
  ['F', 'full screen'],
  ['Esc', 'back'],
];
