import { expect, test } from 'vitest';
import { wrapMarkdown } from '../../../src/report/reference/wrap-markdown.ts';

const words = (count: number): string => Array.from({ length: count }, () => 'words').join(' ');

test('paragraphs and list items are filled up to 100 columns', () => {
  expect(wrapMarkdown(`${words(10)}\n${words(10)}\n\n- ${words(20)}\n- b`)).toBe(
    `${words(16)}\n${words(4)}\n\n- ${words(16)}\n  ${words(4)}\n- b`,
  );
});

test('code, tables and headings keep their lines', () => {
  const page = `# ${words(20)}\n\n| ${words(20)} |\n\n    ${words(20)}\n\n\`\`\`sh\n${words(20)}\n\`\`\``;
  expect(wrapMarkdown(page)).toBe(page);
});

test('links and code stay in one piece, and no line begins as a list would', () => {
  const piece = '`rushes plan` [the plan](plan.md)';
  expect(wrapMarkdown(`${words(16)} ${piece}`)).toBe(`${words(16)}\n${piece}`);
  expect(wrapMarkdown(`${words(16)} - ${words(1)}`)).toBe(`${words(16)} -\n${words(1)}`);
});
