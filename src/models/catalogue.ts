/**
 * The models that exist. Adding one is adding its file and one line here; a test fails if a file is
 * missing.
 */
import { kling3Turbo } from './apimart/kling/kling-3.0-turbo.ts';
import { klingV26 } from './apimart/kling/kling-v2-6.ts';
import { klingV3Omni } from './apimart/kling/kling-v3-omni.ts';
import { klingV3 } from './apimart/kling/kling-v3.ts';
import { miniMaxH3 } from './apimart/MiniMax-H3.ts';
import { seedance2Fast } from './apimart/seedance/seedance-2.0-fast.ts';
import { seedance2Mini } from './apimart/seedance/seedance-2.0-mini.ts';
import { seedance2 } from './apimart/seedance/seedance-2.0.ts';
import { seedance25 } from './apimart/seedance/seedance-2.5.ts';
import { sora2Pro } from './apimart/sora/sora-2-pro.ts';
import { sora2 } from './apimart/sora/sora-2.ts';
import { apimartVeo31FastOfficial } from './apimart/veo/veo3.1-fast-official.ts';
import { apimartVeo31Fast } from './apimart/veo/veo3.1-fast.ts';
import { apimartVeo31Lite } from './apimart/veo/veo3.1-lite.ts';
import { apimartVeo31QualityOfficial } from './apimart/veo/veo3.1-quality-official.ts';
import { apimartVeo31Quality } from './apimart/veo/veo3.1-quality.ts';
import { klingO3ImageToVideo } from './evolink/kling/kling-o3-image-to-video.ts';
import { klingO3ReferenceToVideo } from './evolink/kling/kling-o3-reference-to-video.ts';
import { klingO3TextToVideo } from './evolink/kling/kling-o3-text-to-video.ts';
import { evolinkKlingV3ImageToVideo } from './evolink/kling/kling-v3-image-to-video.ts';
import { evolinkKlingV3TextToVideo } from './evolink/kling/kling-v3-text-to-video.ts';
import { evolinkKlingTurboImage } from './evolink/kling/kling-v3-turbo-image-to-video.ts';
import { evolinkKlingTurboText } from './evolink/kling/kling-v3-turbo-text-to-video.ts';
import { evolinkHailuo23 } from './evolink/MiniMax-Hailuo-2.3.ts';
import { evolinkSeedance2FastImage } from './evolink/seedance/seedance-2.0-fast-image-to-video.ts';
import { evolinkSeedance2FastReference } from './evolink/seedance/seedance-2.0-fast-reference-to-video.ts';
import { evolinkSeedance2FastText } from './evolink/seedance/seedance-2.0-fast-text-to-video.ts';
import { evolinkSeedance2Image } from './evolink/seedance/seedance-2.0-image-to-video.ts';
import { evolinkSeedance2MiniImage } from './evolink/seedance/seedance-2.0-mini-image-to-video.ts';
import { evolinkSeedance2MiniReference } from './evolink/seedance/seedance-2.0-mini-reference-to-video.ts';
import { evolinkSeedance2MiniText } from './evolink/seedance/seedance-2.0-mini-text-to-video.ts';
import { evolinkSeedance2Reference } from './evolink/seedance/seedance-2.0-reference-to-video.ts';
import { evolinkSeedance2Text } from './evolink/seedance/seedance-2.0-text-to-video.ts';
import { evolinkVeo31Fast } from './evolink/veo/veo-3.1-fast-generate-preview.ts';
import { evolinkVeo31 } from './evolink/veo/veo-3.1-generate-preview.ts';
import { evolinkWan3Image } from './evolink/wan/wan3.0-image-to-video.ts';
import { evolinkWan3PrimeImage } from './evolink/wan/wan3.0-prime-image-to-video.ts';
import { evolinkWan3PrimeReference } from './evolink/wan/wan3.0-prime-reference-video.ts';
import { evolinkWan3PrimeText } from './evolink/wan/wan3.0-prime-text-to-video.ts';
import { evolinkWan3Reference } from './evolink/wan/wan3.0-reference-video.ts';
import { evolinkWan3Text } from './evolink/wan/wan3.0-text-to-video.ts';
import { modelOfCard } from './build/model-of-card.ts';
import type { Card } from './card/card.ts';
import type { Catalogue, Model, WordFinding } from './model.ts';

const cards: readonly Card[] = [
  kling3Turbo,
  klingV26,
  klingV3Omni,
  klingV3,
  miniMaxH3,
  seedance2Fast,
  seedance2Mini,
  seedance2,
  seedance25,
  sora2Pro,
  sora2,
  apimartVeo31FastOfficial,
  apimartVeo31Fast,
  apimartVeo31Lite,
  apimartVeo31QualityOfficial,
  apimartVeo31Quality,
  klingO3ImageToVideo,
  klingO3ReferenceToVideo,
  klingO3TextToVideo,
  evolinkKlingV3ImageToVideo,
  evolinkKlingV3TextToVideo,
  evolinkKlingTurboImage,
  evolinkKlingTurboText,
  evolinkHailuo23,
  evolinkSeedance2FastImage,
  evolinkSeedance2FastReference,
  evolinkSeedance2FastText,
  evolinkSeedance2Image,
  evolinkSeedance2MiniImage,
  evolinkSeedance2MiniReference,
  evolinkSeedance2MiniText,
  evolinkSeedance2Reference,
  evolinkSeedance2Text,
  evolinkVeo31Fast,
  evolinkVeo31,
  evolinkWan3Image,
  evolinkWan3PrimeImage,
  evolinkWan3PrimeReference,
  evolinkWan3PrimeText,
  evolinkWan3Reference,
  evolinkWan3Text,
];

/** A model is made of its card when it is first asked for: most commands need a few of them. */
class Models implements Catalogue {
  readonly #cards = new Map(cards.map((card) => [`${card.gateway}/${card.native}`, card]));
  readonly #made = new Map<string, Model>();

  get(name: string): Model | undefined {
    const known = this.#made.get(name);
    const card = known === undefined ? this.#cards.get(name) : undefined;
    if (card === undefined) return known;
    const model = withAlternatives(modelOfCard(card));
    this.#made.set(name, model);
    return model;
  }

  has(name: string): boolean {
    return this.#cards.has(name);
  }

  get size(): number {
    return this.#cards.size;
  }

  keys(): MapIterator<string> {
    return this.#cards.keys();
  }

  values(): MapIterator<Model> {
    return this.#all().values();
  }

  entries(): MapIterator<[string, Model]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Model]> {
    return this.#all().entries();
  }

  forEach(work: (model: Model, name: string, all: ReadonlyMap<string, Model>) => void): void {
    for (const [name, model] of this.#all()) work(model, name, this);
  }

  /** In the order of the cards. */
  #all(): Map<string, Model> {
    return new Map(
      [...this.#cards.keys()].flatMap((name) => {
        const model = this.get(name);
        return model === undefined ? [] : [[name, model] as const];
      }),
    );
  }
}

export const catalogue: Catalogue = new Models();

const MOST_NAMED = 3;

/** A model that cannot do a word names those that can, which only the catalogue knows. */
function withAlternatives(model: Model): Model {
  const pointed = (finding: WordFinding): WordFinding => {
    const { word } = finding;
    if (!model.offers.unsupported.includes(word)) return finding;
    const able = [...catalogue.values()].filter(({ offers }) => !offers.unsupported.includes(word));
    if (able.length === 0) return finding;
    // Those of the same gateway are nearest: their key is there.
    const near = [
      ...able.filter(({ gateway }) => gateway === model.gateway),
      ...able.filter(({ gateway }) => gateway !== model.gateway),
    ];
    const named = near.slice(0, MOST_NAMED).map(({ name }) => name);
    const more = near.length > named.length ? ` and others (rushes models --offers ${word})` : '';
    return {
      ...finding,
      hint: `${finding.hint === undefined ? '' : `${finding.hint} `}It is offered by ${named.join(', ')}${more}.`,
    };
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
