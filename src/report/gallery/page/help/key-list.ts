/** The text of the help: keys and search tokens. */
type Lines = readonly (readonly [what: string, does: string])[];

export const PAGE_KEYS: Lines = [
  ['/', 'search'],
  ['← → ↑ ↓', 'from clip to clip; Home, End, Page Up and Page Down too'],
  ['Enter', 'open the clip'],
  ['C', 'add to the clips to compare'],
  ['?', 'this list'],
];

/** As editing programs have them. */
export const PLAYER_KEYS: Lines = [
  ['Space', 'play, pause'],
  ['J K L', 'backwards, pause, forwards; again: faster'],
  [', .', 'one frame back, on'],
  ['[ ]', 'loop from here, to here'],
  ['\\', 'no loop'],
  ['R', 'play the picked part again and again'],
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

export const COMPARE_KEYS: Lines = [
  ['1 – 6', 'one clip, in the place of the others'],
  ['← →', 'previous, next clip; in a wipe: move the line'],
  ['V', 'side by side, flick, wipe'],
  ['Space', 'play, pause'],
  [', .', 'one frame back, on'],
  ['Esc', 'back'],
];

export const SEARCH_TOKENS: Lines = [
  ['is:changed', 'a state, mark or decision: is:failed, is:not-as-asked, is:picked'],
  ['model:kling', 'part of an alias or a model'],
  ['tag:act-1', 'a tag'],
  ['scene:crab', "part of a scene's id"],
  ['take:2', 'a take'],
  ['ratio:9:16', 'a shape'],
  ['sound:no', 'without sound; sound:yes with it'],
  ['cost:>0.5', 'dollars; length:<=5 seconds'],
  ['"two words"', 'words together'],
  ['-is:ready', 'everything but'],
];
