/**
 * The program of `frames/webcodecs-child.ts`, from the sources or compiled; from the bundle in
 * `dist/cli` it is the same way as from `dist/pictures`.
 */
export const WEBCODECS_CHILD = new URL(
  import.meta.url.endsWith('.ts')
    ? './frames/webcodecs-child.ts'
    : '../pictures/frames/webcodecs-child.js',
  import.meta.url,
);
