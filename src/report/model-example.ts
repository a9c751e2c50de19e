/** A manifest for one model that is valid as it stands: for its page, and for `models new`. */
import { defined } from '../defined.ts';
import type { Model } from '../models/model.ts';
import { smallestWords } from '../models/smallest-words.ts';

export function exampleOf(model: Model): string {
  const { name, offers } = model;
  const takes = (word: (typeof offers.unsupported)[number]): boolean =>
    !offers.unsupported.includes(word);
  const [seconds] = offers.duration.includes(5) ? [5] : offers.duration;
  const [size] = offers.resolution;
  const lines = [
    'rushes: 1',
    `models: { clip: { use: ${name} } }`,
    'scenes:',
    '  - id: crab',
    '    prompt: A crab looks up at the camera',
    ...(seconds === undefined ? [] : [`    duration: ${seconds}`]),
    ...(size === undefined ? [] : [`    resolution: ${size}`]),
  ];
  const [needed] = Object.entries(smallestWords(model));
  if (needed !== undefined) lines.push(`    ${needed[0]}: ${flow(needed[1])}`);
  else if (offers.aspect_ratio.includes('16:9')) lines.push('    aspect_ratio: "16:9"');
  if (takes('audio') && hasSound(model, size)) lines.push('    audio: true');
  return `${lines.join('\n')}\n`;
}

/** A value as YAML writes it on one line. */
const flow = (value: string | readonly string[] | { readonly videos: readonly string[] }): string =>
  typeof value === 'string'
    ? value
    : 'videos' in value
      ? `{ videos: [${value.videos.join(', ')}] }`
      : `[${value.join(', ')}]`;

/** Some models have sound in some sizes only. */
function hasSound(
  model: Model,
  resolution: Model['offers']['resolution'][number] | undefined,
): boolean {
  const words = { prompt: 'x', audio: true, ...defined({ resolution }) };
  const { body } = model.translate(words, {});
  return !model
    .check(body, {})
    .some(({ verdict, path }) => verdict === 'refuse' && path[0] === 'audio');
}
