/** Words of commands that a person copies into a shell: they work as they are printed. Pure. */
import { manifestName, type RenderId } from './ids.ts';

/** One word of a command line: quoted only where a shell would read it differently. */
export const commandWord = (word: string): string =>
  /^[\p{L}\p{M}\p{N}_./:@%+,][\p{L}\p{M}\p{N}_./:@%+,-]*$/u.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;

/** Each manifest once, as the arguments of a command. */
export const manifestWords = (manifests: Iterable<string>): string =>
  [...new Set(manifests)].map(commandWord).join(' ');

/** A render of a manifest, which is as shown to people. */
export interface NamedRender {
  readonly manifest: string;
  readonly id: RenderId;
}

/** `film:crab/kling` for manifests/film.yaml. */
export const qualified = (manifest: string, id: RenderId): string =>
  `${manifestName(manifest)}:${id}`;

/** The id, with its manifest if a command would not find it otherwise; `between` the two. */
export const renderWords = ({ manifest, id }: NamedRender, between?: string): string =>
  [
    commandWord(qualified(manifest, id)),
    ...(between === undefined ? [] : [between]),
    ...(/^manifests\/[^/]+$/.test(manifest) ? [] : [commandWord(manifest)]),
  ].join(' ');
