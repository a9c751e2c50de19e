/**
 * Scenes that differ only in the text of a plain prompt: most of a batch. What a model makes
 * of one of them it makes of all, so translation, rules and price are worked out once, and then
 * only the text changes.
 */
import { isPlainPrompt } from '../../models/plain-prompt.ts';
import type { Alias, Fingerprint } from '../../ids.ts';
import { type JsonObject, plain, type SceneSpec } from '../../scene.ts';
import type { ResolvedRender } from '../plan.ts';
import { type FingerprintInputs, promptFingerprints } from './fingerprint.ts';
import type { Provenance } from './provenance.ts';

/** A scene as far as it can be like others. */
export interface PlainScene {
  readonly prompt: string;
  /** Everything else that it says: the same text, the same request but for the prompt. */
  readonly rest: string;
}

/**
 * A scene without errors that has its own plain prompt and no native fields;
 * `undefined` for any other, which is resolved individually.
 */
export function plainScene({ layer, revision, broken }: SceneSpec): PlainScene | undefined {
  const { words, params, fit, drop, notify } = layer;
  const written = words.entries.get('prompt')?.value;
  const prompt = written?.kind === 'scalar' ? written.value : undefined;
  if (
    broken !== undefined ||
    params !== undefined ||
    typeof prompt !== 'string' ||
    !isPlainPrompt(prompt)
  )
    return undefined;
  if (
    words.entries.size === 1 &&
    revision === 0 &&
    fit === undefined &&
    drop === undefined &&
    notify === undefined
  )
    return { prompt, rest: '' };
  const others = [...words.entries].flatMap(([word, { value }]) =>
    word === 'prompt' ? [] : [[word, plain(value)]],
  );
  return { prompt, rest: JSON.stringify([revision, others, fit?.value, drop?.words, notify?.url]) };
}

/** The common part of similar scenes on one alias. */
export interface Pattern {
  /** With the prompt of the scene that it was made from, at the place where every prompt goes. */
  readonly request: JsonObject;
  readonly shared: Pick<ResolvedRender, 'asked' | 'price' | 'notes' | 'pictures' | 'frames'>;
  /** Which words the fields came from. */
  readonly source: Pick<Provenance, 'origin' | 'moved'>;
  /** Of requests that have another prompt; absent if nothing was learned. */
  readonly fingerprints?: PromptFingerprints;
}

/** By take: the fingerprint of the pattern's request with another prompt. */
class PromptFingerprints {
  readonly #byTake = new Map<number, ReturnType<typeof promptFingerprints>>();

  /** `inputs`: as those of every other call for the same take but for the prompt. */
  of(inputs: FingerprintInputs): Fingerprint | undefined {
    const { take, body } = inputs;
    if (!this.#byTake.has(take)) this.#byTake.set(take, promptFingerprints(inputs));
    const { prompt } = body;
    return typeof prompt === 'string' ? this.#byTake.get(take)?.(prompt) : undefined;
  }
}

/** By everything in a scene except its prompt. A scene with an override shares no pattern. */
export class Patterns {
  readonly #known = new Map<string, Pattern>();

  of(scene: SceneSpec, alias: Alias, like: PlainScene | undefined): Pattern | undefined {
    return like === undefined || scene.overrides.has(alias)
      ? undefined
      : this.#known.get(like.rest);
  }

  /** Of a request that nothing was found wrong with, not even worth a warning. */
  learn(scene: SceneSpec, alias: Alias, like: PlainScene | undefined, pattern: Pattern): void {
    if (like === undefined || scene.overrides.has(alias)) return;
    if (pattern.request['prompt'] === like.prompt)
      this.#known.set(like.rest, { ...pattern, fingerprints: new PromptFingerprints() });
  }
}
