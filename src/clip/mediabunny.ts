/**
 * mediabunny, imported when it is first needed: it takes some 50 ms, which most commands never have
 * to spend.
 */
import type * as Mediabunny from './mediabunny-parts.ts';

let loading: Promise<typeof Mediabunny> | undefined;

export function loadMediabunny(): Promise<typeof Mediabunny> {
  loading ??= import('./mediabunny-parts.ts').then((library) => {
    // It prints names found in a damaged file as they are; what comes from a gateway is not printed
    // unescaped.
    library.Logging.level = library.LogLevel.Silent;
    return library;
  });
  return loading;
}
