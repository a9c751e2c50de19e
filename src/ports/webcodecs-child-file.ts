/**
 * The program of `webcodecs/child.ts`, from the sources or compiled; from the bundle in
 * `dist/cli` it is the same way as from `dist/ports`.
 */
export const WEBCODECS_CHILD = new URL(
  import.meta.url.endsWith('.ts') ? './webcodecs/child.ts' : '../ports/webcodecs/child.js',
  import.meta.url,
);
