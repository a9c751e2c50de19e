/** Links in `params` are refused as the words refuse them: no blank, tab or line break in one. */
import { expect, test } from 'vitest';
import { flat, world } from '../cli-project.ts';

const LINK = 'https://media.example.com/a.png';
const BLANKS: readonly (readonly [string, string])[] = [
  ['a space', 'https://media.example.com/a b.png'],
  ['a space behind', `${LINK} `],
  ['a space in front', ` ${LINK}`],
  ['a tab', 'https://media.example.com/a\tb.png'],
  ['a line break', 'https://media.example.com/a\nb.png'],
  ['a line break behind', `${LINK}\n`],
  ['a carriage return', `${LINK}\r`],
  ['a no-break space', 'https://media.example.com/a\u00a0b.png'],
];

const element = (link: string): object => ({
  element_list: [{ name: 'dog', description: 'a dog', element_input_urls: [LINK, link] }],
  prompt: 'the @dog runs',
});
const FIELDS: readonly (readonly [string, string, (link: string) => object])[] = [
  ['image_urls', 'apimart/kling-v3', (link) => ({ image_urls: [link] })],
  ['image_urls', 'apimart/kling-v2-6', (link) => ({ image_urls: [link] })],
  ['image_urls', 'apimart/sora-2', (link) => ({ image_urls: [link] })],
  ['element_input_urls', 'apimart/kling-v3', element],
  [
    'last_frame_image',
    'apimart/kling-v3',
    (link) => ({ image_urls: [LINK], last_frame_image: link }),
  ],
  ['webhook', 'apimart/kling-v3', (link) => ({ webhook: link })],
  ['callback_url', 'evolink/kling-o3-text-to-video', (link) => ({ callback_url: link })],
  ['image_start', 'evolink/kling-v3-image-to-video', (link) => ({ image_start: link })],
];

const film = (use: string, params: object): string => `rushes: 1
models: { m: { use: ${use} } }
scenes: [{ id: crab, prompt: A crab, params: ${JSON.stringify(params)} }]
`;

test.each(FIELDS)('%s of %s holds no blank', async (field, use, paramsOf) => {
  await using here = await world();
  await here.write('film.yaml', film(use, paramsOf(LINK)));
  expect((await here.rushes(['validate', 'film.yaml'])).exit).toBe(0);
  for (const [what, link] of BLANKS) {
    await here.write('film.yaml', film(use, paramsOf(link)));
    const { exit, out } = await here.rushes(['validate', 'film.yaml', '--json']);
    const { diagnostics } = JSON.parse(out) as {
      diagnostics: { severity: string; message: string; hint?: string }[];
    };
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect([what, exit, errors.length]).toEqual([what, 65, 1]);
    expect(flat(errors[0]?.message ?? '')).toContain(field);
    expect(flat(errors[0]?.message ?? '')).toMatch(
      /which holds a (?:space|tab|line break|blank or control character)/,
    );
  }
});
