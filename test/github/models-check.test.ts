/**
 * The shipped workflow that asks the gateways once a week: one issue, which is edited only when
 * something else moves, and a failed step where no issue can be written.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Model } from '../../src/models/model.ts';
import { scheduleEvent } from './harness/event.ts';
import { commitFiles } from './harness/git.ts';
import { expectGreen, openRepository, shippedWorkflow } from './harness/git-repository.ts';
import { startRestApi } from './harness/rest-api.ts';

const weekly = shippedWorkflow('rushes-models.yml');

const o3 = catalogue.get('evolink/kling-o3-text-to-video');

/** A gateway without one of our models, and with another duration of a second one. */
function movedCatalogue(): Map<string, Model> {
  if (o3 === undefined) throw new Error('no model evolink/kling-o3-text-to-video');
  const models = new Map(catalogue);
  models.delete('evolink/wan3.0-text-to-video');
  return models.set(o3.name, { ...o3, offers: { ...o3.offers, duration: [3, 4, 5] } });
}

test('an issue is opened, left alone, edited, and closed when nothing differs any more', async () => {
  await using api = await startRestApi();
  const models = movedCatalogue();
  await using repository = await openRepository({ apiUrl: api.url, files: {}, catalogue: models });
  const event = scheduleEvent(await commitFiles(repository.clone, { 'README.md': 'a film' }));
  const first = await repository.run(weekly, event);
  expectGreen(first);
  expect(first.jobs[0]?.steps.at(-1)?.outputs).toMatchObject({ changed: 'true' });
  expect(first.jobs[0]?.log).toMatch(
    /^::warning title=rushes models::gone: evolink\/wan3\.0-text-to-video: listed → not in the list of models$/m,
  );
  expect(first.jobs[0]?.summary).toContain('2 models changed');
  expect(api.issues).toMatchObject([{ title: 'Video models have changed', state: 'open' }]);
  expect(api.issues[0]?.body).toContain('<code>evolink/wan3.0-text-to-video</code>');
  expect(api.issues[0]?.body).toContain('| duration | 3 to 15 | 3 to 5 |');

  // The same facts a week later, and after a person has closed it: nothing is written.
  await repository.run(weekly, event);
  Object.assign(api.issues[0] ?? {}, { state: 'closed' });
  await repository.run(weekly, event);
  expect(api.writes).toEqual(['POST /repos/studio/film/issues']);

  models.delete('evolink/wan3.0-image-to-video');
  await repository.run(weekly, event);
  expect(api.issues).toMatchObject([{ state: 'open' }]);
  expect(api.issues[0]?.body).toContain('3 models changed');

  for (const [name, model] of catalogue) models.set(name, model);
  const last = await repository.run(weekly, event);
  expectGreen(last);
  expect(api.issues).toMatchObject([{ state: 'closed' }]);
  expect(api.issues[0]?.body).toContain('Nothing has changed');
  expect(api.writes).toHaveLength(3);
});

test('without the permission for issues, or without an issue, the step fails and says what moved', async () => {
  await using api = await startRestApi();
  api.readOnly = true;
  await using repository = await openRepository({
    apiUrl: api.url,
    files: {},
    catalogue: movedCatalogue(),
  });
  const event = scheduleEvent(await commitFiles(repository.clone, { 'README.md': 'a film' }));
  const refused = await repository.run(weekly, event);
  expect(refused.jobs[0]).toMatchObject({ conclusion: 'failure', steps: [{ exit: 2 }] });
  expect(refused.jobs[0]?.log).toContain(
    'GitHub answered 403 (Resource not accessible by integration): the job needs issues: write',
  );
  const without = await repository.run(weekly.replace("          issue: 'true'\n", ''), event);
  expect(without.jobs[0]).toMatchObject({ conclusion: 'failure', steps: [{ exit: 2 }] });
  expect(without.jobs[0]?.log).toContain('::warning title=rushes models::gone: ');
  expect(api.writes).toEqual(['POST /repos/studio/film/issues']);
});
