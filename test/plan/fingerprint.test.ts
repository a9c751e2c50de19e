import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/scene.ts';
import { fingerprintOf, unwritableIn } from '../../src/plan/fingerprint.ts';

const inputs = { gateway: 'apimart', take: 1, revision: 0, body: { model: 'm', prompt: 'A' }, deliveryFields: ['webhook'] } as const;

describe('a fingerprint', () => {
  test('is sha256 over the canonical JSON of its inputs', () => {
    const canonical = '{"body":{"model":"m","prompt":"A"},"digests":{},"gateway":"apimart","revision":0,"take":1}';
    expect(fingerprintOf(inputs)).toBe(`sha256:${createHash('sha256').update(canonical).digest('hex')}`);
  });
  test('holds gateway, take, revision, digests and body, and not where news go', () => {
    const others = [
      inputs,
      { ...inputs, gateway: 'evolink' as const },
      { ...inputs, take: 2 },
      { ...inputs, revision: 1 },
      { ...inputs, digests: { 'image_urls.0': 'sha256:00' } },
      { ...inputs, body: { ...inputs.body, prompt: 'B' } },
    ];
    expect(new Set(others.map(fingerprintOf)).size).toBe(others.length);
    expect(fingerprintOf({ ...inputs, body: { ...inputs.body, webhook: 'https://example.com' } })).toBe(fingerprintOf(inputs));
  });
  test('does not depend on the order of keys', () => {
    expect(fingerprintOf({ ...inputs, body: { prompt: 'A', model: 'm' } })).toBe(fingerprintOf(inputs));
  });
});

test('what canonical JSON refuses is found beforehand, and nothing else', () => {
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
