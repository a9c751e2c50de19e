/** The links in a submit's body that this gateway gave out for uploaded pictures. */
import { defined } from '../../defined.ts';
import { placeholderOf, readPlaceholder } from '../../pictures/placeholder.ts';
import type { Json, JsonObject } from '../../scene.ts';
import type { Context } from '../context.ts';
import { fileToken, type StoredFile } from './files.ts';

export interface BodyLinks {
  /** With placeholders instead, whose pictures the rules of models check. */
  readonly body: JsonObject;
  /** By placeholder, in the order of the body. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** A link that is no longer valid here: the task is made and fails. */
  readonly dead?: true;
  /** No gateway takes this text as a link: a placeholder, or a link to here that was not issued. */
  readonly problem?: { readonly path: readonly (string | number)[]; readonly message: string };
}

export function linksInBody({ state, clock, origin }: Context, body: JsonObject): BodyLinks {
  const files = new Map<string, StoredFile>();
  let dead = false;
  let problem: BodyLinks['problem'];
  const walk = (value: Json, path: readonly (string | number)[]): Json => {
    if (typeof value === 'string') {
      if (readPlaceholder(value) !== undefined)
        problem ??= { path, message: `${path.join('.')} is not a link` };
      const token = value.startsWith(`${origin}/`) ? fileToken(new URL(value).pathname) : undefined;
      if (token === undefined) return value;
      const file = state.files.get(token);
      if (file === undefined) {
        // The words by which a client knows that it must upload the picture again.
        problem ??= {
          path,
          message: 'the link was not found: this gateway has not issued it since it was started',
        };
        return value;
      }
      dead ||= file.expiresAtMs <= clock.now();
      const placeholder = placeholderOf({ path: file.name, sha256: file.sha256 });
      files.set(placeholder, file);
      return placeholder;
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value))
      return (value as readonly Json[]).map((item, index) => walk(item, [...path, index]));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]),
    );
  };
  const walked = walk(body, []) as JsonObject;
  return {
    body: files.size === 0 ? body : walked,
    files,
    ...(dead ? { dead: true } : {}),
    ...defined({ problem }),
  };
}
