/** A manifest may come from a stranger's pull request: no prompt in it keeps a check busy. */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Words } from '../../src/scene.ts';

const PIECES = ['Shot 1, 1,', '镜头 1，1，', 'Shot ', '<<<image_', 'Image ', 'edit', ' ', ';'];
const MOST_CPU_MS = 3000;

test.each(PIECES)('%j two hundred thousand times over', (piece) => {
  const prompt = piece.repeat(Math.ceil(200_000 / piece.length));
  const words: Words = { prompt };
  for (const model of catalogue.values()) {
    const before = process.cpuUsage();
    const { body } = model.translate(words, {});
    const sent = model.normalise(body, {}, {}).body;
    model.check(sent, {});
    const { user, system } = process.cpuUsage(before);
    expect({ model: model.name, isQuick: (user + system) / 1000 < MOST_CPU_MS }).toEqual({
      model: model.name,
      isQuick: true,
    });
  }
});
