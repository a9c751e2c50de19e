/** A manifest for one model that is valid as it stands: for its page, and for `models new`. */
import type { Model } from '../models/model.ts';

const PICTURE = 'https://media.example.com/crab.png';

export function exampleOf(model: Model): string {
  const { name, native, offers } = model;
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
  if (native.includes('reference') && takes('references'))
    lines.push(`    references: [${PICTURE}]`);
  else if (native.includes('image-to-video') && takes('first_frame'))
    lines.push(`    first_frame: ${PICTURE}`);
  else if (offers.aspect_ratio.includes('16:9')) lines.push('    aspect_ratio: "16:9"');
  if (takes('audio') && hasSound(model, size)) lines.push('    audio: true');
  return `${lines.join('\n')}\n`;
}

/** Some models have sound in some sizes only. */
function hasSound(
  model: Model,
  resolution: Model['offers']['resolution'][number] | undefined,
): boolean {
  const words = { prompt: 'x', audio: true, ...(resolution === undefined ? {} : { resolution }) };
  const { body } = model.translate(words, {});
  return !model
    .check(body, {})
    .some(({ verdict, path }) => verdict === 'refuse' && path[0] === 'audio');
}
