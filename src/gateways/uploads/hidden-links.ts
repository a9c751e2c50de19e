/**
 * Links of uploaded pictures in what a gateway says: they go into no message, log or lock, the
 * placeholder of the picture does.
 */
import type { Redact } from '../../secrets/redact.ts';
import type { Uploads } from './uploads.ts';

export interface HiddenLinks {
  readonly hide: Uploads['hide'];
  /** Before a text is redacted and cut: half a link would not be recognised. */
  readonly redact: Redact;
}

export function hiddenLinks(redact: Redact): HiddenLinks {
  const placeholders = new Map<string, string>();
  return {
    hide(link, placeholder) {
      placeholders.set(link, placeholder);
      // As some encoders write a JSON text.
      placeholders.set(link.replaceAll('/', String.raw`\/`), placeholder);
    },
    redact(text) {
      let bare = text;
      for (const [link, placeholder] of placeholders)
        bare = bare.replaceAll(link, () => placeholder);
      return redact(bare);
    },
  };
}
