/** A value that is checked, and places in it. */
import type * as z from 'zod';
import { type Located, locatedAt, type LocatedMap } from '../../scene.ts';

export type Issue = z.core.$ZodIssue;
export type Path = readonly (string | number)[];

export interface Checked {
  readonly schema: z.ZodType;
  /** The value with templates filled in. */
  readonly value: Located;
  /** The value as written, of the same shape: what a template brought has its place elsewhere. */
  readonly written?: Located;
  /** What the messages call the value, as in `models.kling`; `''` for what needs no name. */
  readonly label: string;
}

export function mapAt(value: Located, path: Path): LocatedMap | undefined {
  const found = locatedAt(value, path);
  return found.kind === 'map' ? found : undefined;
}

/** `shots[1].duration`, after the label of the whole. */
export function label(whole: string, path: Path): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${step}`;
  return text === '' ? whole : text;
}
