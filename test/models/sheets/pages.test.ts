/**
 * What the words of a page's use case become, against the JSON that the page prints. The manifests
 * of the pages are compared as a whole in test/end-to-end; this is the translation alone.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import { page } from './page-bodies.ts';

/**
 * Every body of the pages, given as `params` over nothing, is sent as the page prints it, but for
 * the changes that a rule names.
 */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  'kling-v3': ['R19'],
  'kling-v3-older': ['R8'],
  'sora-2': ['R29'],
  'kling-v2-6': [],
  'kling-o3-text-to-video': [],
};

test.each(Object.keys(CHANGES))('%s: every request of the page passes the rules', (name) => {
  const changed = new Set<string>();
  for (const body of page(name)) {
    const model = [...catalogue.values()].find(({ native }) => native === body['model']);
    if (model === undefined) throw new Error(`no model is called ${JSON.stringify(body['model'])}`);
    const settings = name === 'kling-v3-older' ? { profile: 'legacy' } : {};
    const { body: sent, findings } = model.normalise({ model: model.native }, body, settings);
    for (const { rule } of findings) changed.add(rule);
    expect(model.check(sent, settings).filter(({ verdict }) => verdict === 'refuse')).toEqual([]);
    expect(model.check(body, settings).filter(({ verdict }) => verdict === 'refuse')).toEqual([]);
    expect(findings.length > 0 ? {} : sent).toEqual(findings.length > 0 ? {} : body);
  }
  expect([...changed]).toEqual(CHANGES[name]);
});
