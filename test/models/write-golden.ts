/**
 * `npm run golden`: adds to golden-bodies.json what is missing there, and changes no line that is
 * there. A model without a line gets the usual ones; a line of your own needs name, model and
 * words.
 */
import { catalogue } from '../../src/models/catalogue.ts';
import { smallestWords } from '../../src/models/smallest-words.ts';
import type { Words } from '../../src/scene.ts';
import { type Golden, type GoldenCase, makeGolden, readGolden, writeGolden } from './golden.ts';

const A = 'https://example.com/a.png';
const B = 'https://example.com/b.png';
const C = 'https://example.com/c.png';
const V = 'https://example.com/v.mp4';
const S = 'https://example.com/s.mp3';

const USUAL: Readonly<Record<string, Words>> = {
  'words alone': {},
  silent: { audio: false },
  'first frame': { first_frame: A },
  'both frames': { first_frame: A, last_frame: B },
  references: { prompt: 'The hat of the picture', references: [C, B] },
  shots: {
    shots: [
      { prompt: 'wide', duration: 2 },
      { prompt: 'close', duration: 3 },
    ],
  },
  elements: {
    prompt: '@dog runs',
    elements: [{ name: 'dog', description: 'a dog', images: [A, B], ids: { evolink: 'e-dog' } }],
  },
  'pictures and a video': { references: { images: [A], videos: [V] } },
  'videos and sounds': { references: { images: [A, B], videos: [V], audios: [S] } },
};

function usualCases(name: string): GoldenCase[] {
  const model = catalogue.get(name);
  if (model === undefined) return [];
  const { duration, resolution, aspect_ratio, unsupported } = model.offers;
  const has = (word: (typeof unsupported)[number]): boolean => !unsupported.includes(word);
  const ratio = aspect_ratio.includes('9:16') ? '9:16' : aspect_ratio[0];
  const settings: Words = {
    ...(duration.length === 0 ? {} : { duration: duration.at(-1) ?? 5 }),
    ...(resolution[0] === undefined ? {} : { resolution: resolution[0] }),
    ...(ratio === undefined ? {} : { aspect_ratio: ratio }),
    ...(has('negative_prompt') ? { negative_prompt: 'blur' } : {}),
    ...(has('audio') ? { audio: true } : {}),
    ...(has('watermark') ? { watermark: false } : {}),
    ...(has('seed') ? { seed: 7 } : {}),
  };
  return Object.entries({ ...USUAL, settings })
    .map(([what, words]): GoldenCase => ({
      name: `${name}: ${what}`,
      model: name,
      words: { prompt: 'A crab looks up', ...smallestWords(model), ...words },
    }))
    .filter((one) => makeGolden(one).refused.length === 0);
}

const table = readGolden();
const known = new Set(table.map(({ model }) => model));
const added = [...catalogue.keys()].filter((name) => !known.has(name)).flatMap(usualCases);
let written = 0;
writeGolden(
  [...table, ...added].map((line): Golden => {
    const { body, notes, fingerprint } = line as Partial<Golden>;
    if (body !== undefined && notes !== undefined && fingerprint !== undefined)
      return line as Golden;
    const { golden, refused } = makeGolden(line);
    const [problem] = refused;
    if (problem !== undefined) throw new Error(`${line.name}: ${problem.message}`);
    written += 1;
    return { ...line, ...golden };
  }),
);
process.stdout.write(`${String(written)} lines added to test/models/golden-bodies.json\n`);
