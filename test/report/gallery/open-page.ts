/** A review page in a real browser, opened from the disk as a person opens it. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
/** In CI it must be there. */
export const noBrowser = !existsSync(CHROMIUM) && process.env['CI'] === undefined;
if (noBrowser)
  process.stderr.write(
    `notice: ${CHROMIUM} is not installed, so the review page is not opened in a browser\n`,
  );

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
  });

export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts and of the policy, and requests to anywhere but the page's folder. */
  readonly problems: readonly string[];
}

/**
 * As a new one: nothing is open or kept, nobody listens, the mouse is nowhere. All tests of a
 * browser use one page, one after the other: a new one is three processes, which take longer than
 * most tests.
 */
async function emptyPage(browser: Browser): Promise<Page> {
  const page = browser.contexts()[0]?.pages()[0] ?? (await browser.newPage());
  page.removeAllListeners();
  await page.goto('about:blank');
  await page.mouse.move(0, 0);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: 'file://', storageTypes: 'all' });
  await session.detach();
  return page;
}

/** The page that was opened before is no longer there then. */
export async function openPage(
  browser: Browser,
  file: string,
  {
    width = 1440,
    height = 900,
    hash = '',
    reducedMotion = 'no-preference',
    colorScheme = 'light',
    forcedColors = 'none',
  }: {
    readonly width?: number;
    readonly height?: number;
    readonly hash?: string;
    readonly reducedMotion?: 'reduce' | 'no-preference';
    readonly colorScheme?: 'light' | 'dark';
    readonly forcedColors?: 'active' | 'none';
  } = {},
): Promise<OpenPage> {
  const page = await emptyPage(browser);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ media: 'screen', reducedMotion, colorScheme, forcedColors });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('ERR_FILE_NOT_FOUND'))
      problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(request.url());
  });
  await page.goto(`${pathToFileURL(file).href}${hash === '' ? '' : `#${hash}`}`);
  return { page, problems };
}

/**
 * A script that presses keys in one task of the browser: nothing that they begin has ended before
 * the last one. `modifiers` as a `KeyboardEvent` takes them.
 */
export const pressAtOnce = (
  keys: readonly string[],
  modifiers: { readonly ctrlKey?: boolean; readonly altKey?: boolean } = {},
): string =>
  `for (const key of ${JSON.stringify(keys)}) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...${JSON.stringify(modifiers)} }))`;

export const repeated = (count: number, key: string): readonly string[] =>
  Array.from({ length: count }, () => key);

/** At a place of the page, once there is something of it to see. */
export async function openAt(browser: Browser, file: string, hash: string): Promise<Page> {
  const { page } = await openPage(browser, file, { hash });
  await page.locator('.frame, dialog[open]').first().waitFor();
  return page;
}
