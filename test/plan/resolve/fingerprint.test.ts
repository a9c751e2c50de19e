import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/scene.ts';
import {
  fingerprintOf,
  promptFingerprints,
  unwritableIn,
} from '../../../src/plan/resolve/fingerprint.ts';

const inputs = {
  gateway: 'apimart',
  take: 1,
  revision: 0,
  body: { model: 'm', prompt: 'A' },
  deliveryFields: ['webhook'],
} as const;

describe('a fingerprint', () => {
  test('is sha256 over the canonical JSON of its inputs', () => {
    const canonical =
      '{"body":{"model":"m","prompt":"A"},"digests":{},"gateway":"apimart","revision":0,"take":1}';
    expect(fingerprintOf(inputs)).toBe(
      `sha256:${createHash('sha256').update(canonical).digest('hex')}`,
    );
  });
  test('of another prompt is the same whether the rest was worked out before or not', () => {
    const prompt = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', '\0prompt\0', `file:a.png#sha256:${'0'.repeat(64)}`, '"', '\\'),
    );
    fc.assert(
      fc.property(prompt, prompt, prompt, (first, second, negative) => {
        const body = { model: 'm', prompt: first, webhook: second, negative, 'z prompt': 1 };
        const of = promptFingerprints({ ...inputs, body });
        expect(of?.(second)).toBe(
          negative === '\0prompt\0'
            ? undefined
            : fingerprintOf({ ...inputs, body: { ...body, prompt: second } }),
        );
      }),
      { seed: 20_261_130 },
    );
    expect(promptFingerprints({ ...inputs, body: { model: 'm' } })).toBeUndefined();
  });
  test('holds gateway, take, revision, pictures, frames and body, and not where news go', () => {
    const others = [
      inputs,
      { ...inputs, gateway: 'evolink' as const },
      { ...inputs, take: 2 },
      { ...inputs, revision: 1 },
      { ...inputs, body: { ...inputs.body, image: `file:a.png#sha256:${'0'.repeat(64)}` } },
      { ...inputs, body: { ...inputs.body, image: `frame:a/b@last#sha256:${'0'.repeat(64)}` } },
      { ...inputs, body: { ...inputs.body, image: `frame:a/b@first#sha256:${'0'.repeat(64)}` } },
      { ...inputs, body: { ...inputs.body, image: `frame:a/b@first#request:${'0'.repeat(64)}` } },
      { ...inputs, body: { ...inputs.body, prompt: 'B' } },
    ];
    expect(new Set(others.map(fingerprintOf)).size).toBe(others.length);
    expect(
      fingerprintOf({ ...inputs, body: { ...inputs.body, webhook: 'https://example.com' } }),
    ).toBe(fingerprintOf(inputs));
  });
  test('does not depend on the names of a picture, or of the render whose frame it is', () => {
    for (const [before, after] of [
      ['file:a.png#sha256:', 'file:refs/b.png#sha256:'],
      ['frame:a/b@2.5#sha256:', 'frame:hall/b/2@2.5#sha256:'],
    ])
      expect(fingerprintOf({ ...inputs, body: { image: `${before}${'1'.repeat(64)}` } })).toBe(
        fingerprintOf({ ...inputs, body: { image: `${after}${'1'.repeat(64)}` } }),
      );
  });
  test('does not depend on the order of keys', () => {
    expect(fingerprintOf({ ...inputs, body: { prompt: 'A', model: 'm' } })).toBe(
      fingerprintOf(inputs),
    );
  });
});

test('exactly the values that canonical JSON refuses are found beforehand', () => {
  const value = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\uD83E', '\uDC00x', '🦀', 'é'),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '\uD83E'), tie('json')),
    ),
  })).json;
  fc.assert(
    fc.property(value, (json) => {
      const body = { json } as JsonObject;
      let refused = false;
      try {
        canonicalize(body);
      } catch {
        refused = true;
      }
      expect(unwritableIn(body) !== undefined).toBe(refused);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('it is the digest of what the canonical JSON package writes', () => {
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), value),
      fc.constantFrom(-0, 1e21, 1e-7, 0.1),
      (fields, number) => {
        const body = {
          ...fields,
          10: number,
          9: 'a\\ud800',
          é: '\u2028',
          __proto: null,
        } as JsonObject;
        const asked = {
          gateway: 'apimart',
          take: 2,
          revision: 1,
          body,
          deliveryFields: [],
        } as const;
        const canonical =
          canonicalize({ gateway: 'apimart', take: 2, revision: 1, digests: {}, body }) ?? '';
        expect(fingerprintOf(asked)).toBe(
          `sha256:${createHash('sha256').update(canonical).digest('hex')}`,
        );
      },
    ),
    { seed: 8, numRuns: 500 },
  );
});
