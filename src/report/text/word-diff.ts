/** What changed in a prompt, word by word. */

export interface DiffPart {
  readonly kind: 'same' | 'old' | 'new';
  readonly text: string;
}

/**
 * Beyond this many cells the middle is shown as replaced as a whole: the table must not grow with
 * the square of a long text.
 */
const MOST_CELLS = 90_000;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Made when it is needed: the first one of a process is slow to make. */
let words: Intl.Segmenter | undefined;

/** Words, blanks and punctuation apart; scripts without blanks are split where a reader would. */
function tokens(text: string): string[] {
  if (UNSPACED.test(text)) {
    words ??= new Intl.Segmenter(undefined, { granularity: 'word' });
    return Array.from(words.segment(text), ({ segment }) => segment);
  }
  return text.match(/\s+|[\p{L}\p{M}\p{N}_'’-]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
}

/** Parts that, without the new ones, spell the old text, and without the old ones, the new. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const [a, b] = [tokens(before), tokens(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  return joined([
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ]);
}

/**
 * The words that left and came, of texts that are long and alike: at both ends as much as surely
 * does not matter is left out first.
 */
export function withoutSameEnds(before: string, after: string): readonly [string, string] {
  // Where a word ends in a script without blanks depends on what is around it.
  if (UNSPACED.test(before) || UNSPACED.test(after)) return [before, after];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  // Between a blank and a word there is an end in both texts.
  const start = head < 2 ? 0 : before.lastIndexOf(' ', head - 2) + 1;
  const from = before.length - tail;
  const blank = tail === 0 ? -1 : before.indexOf(' ', from + 1);
  const left = blank === -1 || isBlank(before, blank - 1) ? 0 : before.length - blank;
  const first = isBlank(before, start) ? 0 : start;
  return [before.slice(first, before.length - left), after.slice(first, after.length - left)];
}

const isBlank = (text: string, at: number): boolean => /^\s/.test(text.charAt(at));

const same = (text: string): DiffPart => ({ kind: 'same', text });

/** Longest common subsequence, within {@link MOST_CELLS}. */
function middle(a: readonly string[], b: readonly string[]): DiffPart[] {
  const width = b.length + 1;
  if (a.length * b.length > MOST_CELLS) {
    return [
      ...a.map((text): DiffPart => ({ kind: 'old', text })),
      ...b.map((text): DiffPart => ({ kind: 'new', text })),
    ];
  }
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push(same(a[i] ?? ''));
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1)))
      parts.push({ kind: 'old', text: a[i++] ?? '' });
    else parts.push({ kind: 'new', text: b[j++] ?? '' });
  }
  return parts;
}

/**
 * Neighbours of one kind become one part; a lone blank between two changes belongs to both, so that
 * a phrase stays a phrase.
 */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  let old = '';
  let fresh = '';
  const flush = (): void => {
    if (old !== '') out.push({ kind: 'old', text: old });
    if (fresh !== '') out.push({ kind: 'new', text: fresh });
    old = '';
    fresh = '';
  };
  parts.forEach((part, index) => {
    const next = parts[index + 1];
    if (part.kind === 'old') old += part.text;
    else if (part.kind === 'new') fresh += part.text;
    else if (
      old !== '' &&
      fresh !== '' &&
      /^\s+$/.test(part.text) &&
      next !== undefined &&
      next.kind !== 'same'
    ) {
      old += part.text;
      fresh += part.text;
    } else {
      flush();
      const last = out.at(-1);
      if (last?.kind === 'same') out[out.length - 1] = same(last.text + part.text);
      else out.push(part);
    }
  });
  flush();
  return out;
}

const CONTEXT = 24;

/** Far from every change the text is `…`, so that the rest fits in a few lines. */
export function nearChanges(parts: readonly DiffPart[]): DiffPart[] {
  return parts.map((part, index) => {
    if (part.kind !== 'same') return part;
    const characters = [...part.text];
    const [first, last] = [index === 0, index === parts.length - 1];
    if (first && last) return part;
    const keepStart = first ? 0 : CONTEXT;
    const keepEnd = last ? 0 : CONTEXT;
    if (characters.length <= keepStart + keepEnd + 4) return part;
    const start = characters
      .slice(0, keepStart)
      .join('')
      .replace(/\s\S*$/u, ' ');
    const end =
      keepEnd === 0
        ? ''
        : characters
            .slice(-keepEnd)
            .join('')
            .replace(/^\S*\s/u, ' ');
    return same(`${start}…${end}`);
  });
}
