/**
 * A generated Markdown page with its paragraphs and list items wrapped, as all pages of docs/ are.
 */

const COLUMNS = 100;

/** Code, tables and headings keep their lines. */
export function wrapMarkdown(page: string): string {
  const done: string[] = [];
  let paragraph = '';
  let isCode = false;
  const end = (): void => {
    if (paragraph !== '') done.push(wrapParagraph(paragraph));
    paragraph = '';
  };
  for (const line of page.split('\n')) {
    if (/^ *```/.test(line)) isCode = !isCode;
    if (isCode || /^(?: *```|\||#| {4}|$)/.test(line)) {
      end();
      done.push(line);
    } else if (paragraph === '' || LIST_ITEM.test(line)) {
      end();
      paragraph = line;
    } else paragraph += ` ${line.trimStart()}`;
  }
  end();
  return done.join('\n');
}

const LIST_ITEM = /^ *(?:[-*]|\d+\.) +/;
/** Links and code between backticks stay in one piece. */
const WORD = /(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|\S)+/g;

function wrapParagraph(text: string): string {
  const marker = LIST_ITEM.exec(text)?.[0] ?? '';
  const indent = ' '.repeat(marker.length);
  const [first = '', ...words] = text.slice(marker.length).match(WORD) ?? [];
  const lines = [marker + first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= COLUMNS || opensBlock(word)) lines[lines.length - 1] = longer;
    else lines.push(indent + word);
  }
  return lines.join('\n');
}

/** At the start of a line it would begin a list, a heading, a quotation or a table. */
const opensBlock = (word: string): boolean => /^(?:[-+*=]+$|\d+[.)]$|#|>|\||```)/.test(word);
