/** Pages of the codes about models: their cards, rules, words and prices. */
import type { Explanation } from './explanation.ts';

export const MODELS = {
  'broken-card': {
    title: 'The parts of a model card do not fit together.',
    page: `A model card of your own (use: ./models/wan.yaml) names a field that its table does not have, or gives a field a bound that its type does not know. rushes models new writes a card to start from.

    fields:
      duration: { type: whole, from: 2, to: 15 }
    words:
      duration: seconds

A word, a rule or a price names a field of the table, or model_params.field for one inside another:

    words:
      duration: duration`,
  },
  'broken-rule': {
    title: 'A request breaks a documented rule of its model.',
    page: `The documentation of the model says that this request would be refused. A warning means that we assume it. The number in brackets is the rule: rushes models <model> lists all rules with their sources. Nothing is sent, because a refused request costs time, and sometimes money.

    models:
      kling: { use: apimart/kling-v2-6 }
    scenes:
      - { id: rain, prompt: Rain on a tin roof, audio: true }

The message shows the value that broke the rule. If the value comes from defaults or from an alias, the message also names a scene that uses it. kling-v2-6 makes sound only in pro mode, which is its 1080p:

    models:
      kling: { use: apimart/kling-v2-6 }
    scenes:
      - { id: rain, prompt: Rain on a tin roof, audio: true, resolution: 1080p }`,
  },
  'gone-model': {
    title: 'The gateway no longer offers this model.',
    page: `The model existed, and the gateway has ended it, so a request would be refused:

    models:
      hero: { use: apimart/sora-2 }     # once it is gone

Clips of the old model are not deleted. They stay in the lock until rushes prune, as orphans if no scene uses them any more. Give the alias another model:

    models:
      hero: { use: apimart/kling-v3 }`,
  },
  'retiring-model': {
    title: 'A model will stop working soon.',
    page: `The gateway or the maker of the model has announced its end. Clips are still made, but plan the change to another model now: a later edit of a prompt could find the model gone.

    models:
      hero: { use: apimart/sora-2 }

rushes models shows what is listed, with dates and sources:

    models:
      hero: { use: apimart/kling-v3 }`,
  },
  'unknown-model': {
    title: 'use: names a model that does not exist.',
    page: `A model is written as gateway/name, as rushes models lists it:

    models:
      kling: { use: kling-v3 }

becomes

    models:
      kling: { use: apimart/kling-v3 }`,
  },
  'unknown-profile': {
    title: 'The model has no profile of this name.',
    page: `A profile is an older set of rules of the same model, chosen per alias. Without a profile, the newest rules apply.

    models:
      kling: { use: apimart/kling-v3, profile: old }

rushes models <model> lists the profiles of a model. Most have none; this one has

    models:
      kling: { use: apimart/kling-v3, profile: legacy }`,
  },
  'unknown-reading': {
    title: 'An alias asks for a second reading that its model does not have.',
    page: `The documentation of some models does not say clearly under which name a field is sent. rushes uses one reading; send: chooses the other one for an alias. rushes models <model> lists the fields:

    models:
      kling: { use: apimart/kling-v3, send: [aspect_ratio] }

Write one of them, or put a field of the model's own API under params.

    models:
      kling: { use: apimart/kling-v3, send: [size] }`,
  },
  'unoffered-word': {
    title: 'A model does not offer this value, or has no such setting.',
    page: `Nothing is changed silently. A value that a model does not offer is an error that names the values that it offers.

    models:
      sora: { use: apimart/sora-2 }
    defaults: { duration: 5 }

sora-2 makes 4, 8, 12, 16 or 20 seconds. Choose one for that alias:

    models:
      sora: { use: apimart/sora-2, duration: 4 }

Or allow the nearest duration or resolution (fit), or that a word is left out if the model does not know it (drop). The plan has a note for each such change:

    models:
      sora: { use: apimart/sora-2, fit: nearest, drop: [negative_prompt] }
    defaults: { duration: 5 }`,
  },
  'unpriced-render': {
    title: 'A capped run may not include renders with an unknown price.',
    page: `A cap must count everything:

    models: { sora: { use: apimart/sora-2-pro } }
    budget: { usd: 25 }

State a price for the alias:

    prices: { sora: { usd_per_second: 0.3 } }

Or accept the alias without a price; its renders then do not count against the cap:

    models: { sora: { use: apimart/sora-2-pro } }
    budget: { usd: 25, unpriced: [sora] }`,
  },
} as const satisfies Record<string, Explanation>;
