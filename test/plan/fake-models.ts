/**
 * Two small models: enough to make every kind of finding, and prices that are easy to add in the
 * head.
 */
import { z } from 'zod';
import { parseModelName, type ModelName } from '../../src/ids.ts';
import type {
  Catalogue,
  Model,
  Offers,
  RuleFinding,
  Translation,
  WordFinding,
} from '../../src/models/model.ts';
import { fromUsd } from '../../src/money.ts';
import type { Json, JsonObject, Word } from '../../src/scene.ts';

interface Fake {
  readonly name: ModelName;
  readonly offers?: Partial<Offers>;
  readonly lifecycle?: Model['lifecycle'];
  /** Dollars a second; `undefined`: nobody knows. */
  readonly usdPerSecond?: number;
  readonly notifyField?: string;
  readonly deliveryFields?: readonly string[];
}

function fakeModel({
  name,
  offers,
  lifecycle,
  usdPerSecond,
  notifyField = 'webhook',
  deliveryFields = ['webhook'],
}: Fake): Model {
  const parsed = parseModelName(name);
  if (parsed === undefined) throw new Error(name);
  const offered: Offers = {
    duration: [4, 8, 12],
    resolution: ['720p', '1080p'],
    aspect_ratio: ['16:9', '9:16'],
    unsupported: ['negative_prompt', 'watermark', 'shots', 'elements'],
    ...offers,
  };
  return {
    name,
    gateway: parsed.gateway,
    native: parsed.native,
    title: name,
    sources: [{ text: 'made up', read: '2026-11-20' }],
    lifecycle: lifecycle ?? { state: 'listed', asOf: '2026-11-20' },
    bodySchema: () => z.looseObject({}),
    profiles: { legacy: 'an older page' },
    offers: offered,
    defaults: { duration: 4 },
    deliveryFields,
    notifyField,
    rules: [],
    rulesBesideBody: [],
    cast: [{ kind: 'words' }],
    translate(words): Translation {
      const body: Record<string, Json> = { model: parsed.native };
      const origin: Record<string, readonly [Word, ...(string | number)[]]> = {};
      const findings: WordFinding[] = [];
      const choice = (word: 'duration' | 'resolution' | 'aspect_ratio', field: string): void => {
        const value = words[word];
        if (value === undefined) return;
        if ((offered[word] as readonly Json[]).includes(value)) {
          body[field] = value;
          origin[field] = [word];
        } else {
          findings.push({
            word,
            verdict: 'refuse',
            path: [],
            message: `${word} is ${value}; ${name} offers ${offered[word].join(', ')}`,
            allowed: offered[word],
          });
        }
      };
      if (words.prompt !== undefined)
        [body['prompt'], origin['prompt']] = [words.prompt, ['prompt']];
      choice('duration', 'seconds');
      choice('resolution', 'size');
      choice('aspect_ratio', 'aspect_ratio');
      if (words.audio !== undefined) [body['audio'], origin['audio']] = [words.audio, ['audio']];
      const images = ([['first_frame'], ['last_frame']] as const).filter(
        ([word]) => words[word] !== undefined,
      );
      if (images.length > 0) {
        body['image_urls'] = images.map(([word]) => words[word] ?? '');
        images.forEach((from, index) => (origin[`image_urls.${index}`] = from));
      }
      for (const word of offered.unsupported) {
        if (words[word] !== undefined)
          findings.push({ word, verdict: 'refuse', path: [], message: `${name} has no ${word}` });
      }
      return { body, origin, findings };
    },
    normalise(body, params) {
      const merged = Object.entries({ ...body, ...params }).filter(([, value]) => value !== null);
      const { ratio, ...rest }: JsonObject = Object.fromEntries(merged);
      return ratio === undefined
        ? { body: rest, findings: [] }
        : {
            body: { ...rest, aspect_ratio: ratio },
            findings: [
              {
                rule: 'F9',
                verdict: 'note',
                message: 'ratio is sent as aspect_ratio',
                path: ['ratio'],
              },
            ],
          };
    },
    check(body) {
      const findings: RuleFinding[] = [];
      if (typeof body['prompt'] !== 'string')
        findings.push({
          rule: 'F1',
          verdict: 'refuse',
          message: 'prompt is missing',
          path: ['prompt'],
        });
      if (body['audio'] === true && body['size'] !== '1080p')
        findings.push({
          rule: 'F2',
          verdict: 'refuse',
          message: 'audio needs 1080p',
          path: ['audio'],
        });
      if (Array.isArray(body['image_urls']) && body['aspect_ratio'] !== undefined) {
        findings.push({
          rule: 'F3',
          verdict: 'warn',
          message: 'the image may decide the ratio',
          path: ['aspect_ratio'],
        });
      }
      if (Object.hasOwn(body, 'nonsense'))
        findings.push({
          rule: 'body',
          verdict: 'refuse',
          message: 'nonsense is not a field of this model',
          path: ['nonsense'],
        });
      return findings;
    },
    price: (body) =>
      usdPerSecond === undefined
        ? { kind: 'unknown', why: 'no page names it' }
        : {
            kind: 'exact',
            usd: fromUsd(usdPerSecond * Number(body['seconds'] ?? 4)),
            asOf: '2026-11-01',
            source: 'made up',
          },
    asked: (body) => ({ seconds: Number(body['seconds'] ?? 4) }),
  };
}

/**
 * `apimart/one` $0.10 a second; `evolink/two` $0.01 a second and 3-15 s; `apimart/free` of unknown
 * price; one retiring, one gone.
 */
export const fakes: Catalogue = new Map(
  [
    fakeModel({ name: 'apimart/one', usdPerSecond: 0.1 }),
    fakeModel({
      name: 'evolink/two',
      usdPerSecond: 0.01,
      offers: { duration: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
      notifyField: 'callback_url',
      deliveryFields: ['callback_url'],
    }),
    fakeModel({ name: 'apimart/unpriced' }),
    fakeModel({
      name: 'apimart/late',
      usdPerSecond: 0.1,
      lifecycle: {
        state: 'retiring',
        asOf: '2026-11-20',
        goneOn: '2026-12-31',
        why: 'its maker ends it',
      },
    }),
    fakeModel({
      name: 'apimart/gone',
      usdPerSecond: 0.1,
      lifecycle: { state: 'gone', asOf: '2026-11-20', why: 'its maker ended it' },
    }),
  ].map((model) => [model.name, model]),
);
