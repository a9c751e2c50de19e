/**
 * Keys of maps that reach over several manifests, so that no two parts join the same words
 * otherwise.
 */
declare const brand: unique symbol;
type Key<Name extends string> = string & { readonly [brand]: Name };

/** One render among those of all manifests. */
export type RenderKey = Key<'RenderKey'>;
/** One alias among those of all manifests. */
export type AliasKey = Key<'AliasKey'>;
/** One result among those of all locks: two may have it for a moment, while it is handed over. */
export type ResultKey = Key<'ResultKey'>;

/** `manifest`: as people see it. A line break is in neither, so no two pairs have one key. */
export const renderKey = (manifest: string, id: string): RenderKey =>
  `${manifest}\n${id}` as RenderKey;
export const aliasKey = (manifest: string, alias: string): AliasKey =>
  `${manifest}\n${alias}` as AliasKey;
/** `key`: of the result within its lock. Never equal to a {@link renderKey}. */
export const resultKey = (manifest: string, key: string): ResultKey =>
  `${manifest}\n\n${key}` as ResultKey;
