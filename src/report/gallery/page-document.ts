/**
 * The review page as one document: style, data and script inline, and a policy that allows the
 * script and the style by their hashes and pictures and clips from the page's own folder, nothing
 * else.
 */
import { createHash } from 'node:crypto';
import { html, plainText } from '../text/escape.ts';
import type { PageData } from './page-data.ts';

/** The build output of `page/`. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export function pageDocument(data: PageData, { script, style }: PageAssets): string {
  const policy = [
    "default-src 'none'",
    "media-src 'self' file:",
    "img-src 'self' file:",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${html(data.title)} · rushes</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p class="no-script">This page needs its script to show the clips, and the script does not run here: JavaScript is off, or the server of the page forbids scripts (Content-Security-Policy). Download the page together with its folder and open it from the disk. The clips are beside it, in one folder a scene.</p></div>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * JSON that no text in it can end, neither the script block nor a comment begins or closes, and
 * whose texts have no character that lies about the others.
 */
const scriptJson = (data: PageData): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  ).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const digest = (text: string): string =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
