/** The document of the review page: what its texts cannot do, and what it weighs. */
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageDocument } from '../../../src/report/gallery/page-document.ts';
import { readPageAssets } from '../../../src/workflow/gallery/page-assets.ts';
import { CONTROLS, hostileText } from '../hostile.ts';
import { pageClip, pageData } from './page-samples.ts';

const NO_ASSETS = { script: 'SCRIPT', style: 'STYLE' };

const pageWith = (text: string): string =>
  pageDocument(
    pageData(
      {
        'crab/kling': {
          clip: pageClip('1', { path: text }),
          prompt: text,
          tags: [text],
          mismatch: [text],
          because: text,
          error: { kind: text, message: text },
        },
      },
      { title: text },
    ),
    NO_ASSETS,
  );

const dataIn = (page: string): string => page.split('id="data">')[1]?.split('</script>')[0] ?? '';

test('no text opens a tag, ends the data or lies about itself', () => {
  const tags = pageWith('x').match(/<[a-z!/]/gi)?.length;
  fc.assert(
    fc.property(hostileText, (text) => {
      const page = pageWith(text);
      expect(page.match(/<[a-z!/]/gi)?.length).toBe(tags);
      const json = dataIn(page);
      expect(json).not.toMatch(/[<>&]/);
      const { texts } = JSON.parse(json) as { texts: readonly string[] };
      for (const shown of texts) expect(shown.replaceAll(/[\n\t]/g, '')).not.toMatch(CONTROLS);
    }),
    { seed: 20_261_129, numRuns: 200 },
  );
});

test('the policy allows the script and the style by their hashes, and nothing from elsewhere', async () => {
  const page = pageDocument(pageData({}), await readPageAssets());
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(policy.match(/'sha256-/g)).toHaveLength(2);
});

test('the script is at most 60 kB compressed, and asks for nothing', async () => {
  const { script, style } = await readPageAssets();
  expect(gzipSync(script).length).toBeLessThanOrEqual(60_000);
  expect(script).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(/);
  expect(script).not.toContain('</script');
  expect(style).not.toMatch(/url\(|@import/);
});
