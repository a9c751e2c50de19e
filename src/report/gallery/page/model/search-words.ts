/** What a free word of the search is looked for in. */
import type { PageRender, PageScene } from '../../page-data.ts';

/** Lower case, all in one text: a word of the search must occur in it. */
export const searchWords = (
  { alias, model, id, because, error, mismatch = [] }: PageRender,
  scene: PageScene,
  prompt: string,
  project: string,
): string =>
  [project, id, alias, model, ...scene.tags, prompt, because, error?.message, ...mismatch]
    .filter((text) => text !== undefined && text !== '')
    .join('\n')
    .toLowerCase();
