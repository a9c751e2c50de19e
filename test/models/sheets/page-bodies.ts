/** The request bodies that the API pages print, copied to test/fixtures/pages. */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/scene.ts';

export const page = (name: string): JsonObject[] =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/pages/${name}.json`, import.meta.url), 'utf8'),
  ) as JsonObject[];
