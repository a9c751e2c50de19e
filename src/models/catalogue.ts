/**
 * The models that exist. Adding one is adding its file and one line here; a test fails if a file is
 * missing.
 */
import { klingV26 } from './apimart/kling-v2-6.ts';
import { klingV3 } from './apimart/kling-v3.ts';
import { sora2Pro } from './apimart/sora-2-pro.ts';
import { sora2 } from './apimart/sora-2.ts';
import { klingO3TextToVideo } from './evolink/kling-o3-text-to-video.ts';
import type { Catalogue, Model, WordFinding } from './model.ts';

const models: readonly Model[] = [klingV3, klingV26, sora2, sora2Pro, klingO3TextToVideo];

export const catalogue: Catalogue = new Map(
  models.map((model) => [model.name, withAlternatives(model)]),
);

/** A model that cannot do a word names those that can, which only the catalogue knows. */
function withAlternatives(model: Model): Model {
  const pointed = (finding: WordFinding): WordFinding => {
    if (!model.offers.unsupported.includes(finding.word)) return finding;
    const able = models
      .filter(({ offers }) => !offers.unsupported.includes(finding.word))
      .map(({ name }) => name);
    return able.length === 0
      ? finding
      : { ...finding, hint: `${finding.hint ?? ''}; it is offered by ${able.join(', ')}.` };
  };
  return {
    ...model,
    translate(words, settings) {
      const translation = model.translate(words, settings);
      return translation.findings.length === 0
        ? translation
        : { ...translation, findings: translation.findings.map(pointed) };
    },
  };
}
