/** The icons of the page: 16 by 16, one path each, stroked in the colour of the text. */
import type { ComponentChild } from 'preact';

const icon = (path: string) => (): ComponentChild => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const SearchIcon = icon('M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.7 10.7 14 14');
export const CheckIcon = icon('m3 8.5 3.2 3.2L13 5');
export const CrossIcon = icon('m4 4 8 8M12 4l-8 8');
export const StarIcon = icon(
  'm8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5L8 2Z',
);
export const NoteIcon = icon('M2.5 3h11v8h-6l-3 2.5V11h-2V3Z');
export const LeftIcon = icon('m10 3-5 5 5 5');
export const RightIcon = icon('m6 3 5 5-5 5');
export const UpIcon = icon('m3 10 5-5 5 5');
export const DownIcon = icon('m3 6 5 5 5-5');
export const FilterIcon = icon('M2 4h12M4.5 8h7M6.5 12h3');
export const SoundIcon = icon(
  'M3 6h2l3-2.5v9L5 10H3V6ZM10.5 6a3 3 0 0 1 0 4M12.5 4.2a6 6 0 0 1 0 7.6',
);
export const MutedIcon = icon('M3 6h2l3-2.5v9L5 10H3V6ZM10.5 6.5l3 3M13.5 6.5l-3 3');
export const FullScreenIcon = icon('M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3');
