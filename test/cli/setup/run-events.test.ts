/**
 * The events of real runs, each against its published schema; together they are all that it has.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { png } from '../../pictures/sample-pictures.ts';
import { REPOSITORY, smallClips, world } from '../cli-project.ts';

interface EventsSchema {
  readonly oneOf: readonly {
    readonly properties: { readonly event: { readonly const: string } };
  }[];
}
interface RunEvent {
  readonly event: string;
  readonly [key: string]: unknown;
}

const FILM = `rushes: 1
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-image-to-video }
budget: { usd: 20 }
limits: { in_flight: 2 }
scenes:
  - { id: good, prompt: a good one, models: [kling], takes: 2 }
  - { id: bad, prompt: it fails, models: [kling] }
  - { id: lost, prompt: its answer is lost, models: [kling] }
  - { id: slow, prompt: it takes a while, models: [kling] }
  - { id: seen, prompt: with a picture, models: [o3], first_frame: refs/a.png }
  - { id: unseen, prompt: with another picture, models: [kling], first_frame: refs/b.png }
  - { id: skipped, prompt: later, models: [kling], skip: later }
`;

test('every event of the schema occurs in a run, and fits it', async () => {
  const file = path.join(REPOSITORY, 'schemas/events.schema.json');
  const schema = JSON.parse(await readFile(file, 'utf8')) as EventsSchema;
  const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(
    schema,
  );
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'task', prompt: 'it fails' }, do: { fault: 'fate', end: 'failed' } },
        {
          when: { step: 'submit', prompt: 'answer is lost' },
          do: { fault: 'reset', accepted: true },
        },
        {
          when: { step: 'upload', gateway: 'apimart' },
          do: { fault: 'error', error: 'too-large' },
        },
        { when: { step: 'task', prompt: 'takes a while' }, do: smallClips({ seconds: 0.5 }).do },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', FILM);
  for (const [index, name] of ['a', 'b'].entries())
    await w.write(`refs/${name}.png`, png(320, 320, index));
  const RUSHES_STORE = `file://${path.join(w.folder, 'store')}`;
  const events: RunEvent[] = [];
  const runs = async (...argv: string[]): Promise<readonly RunEvent[]> => {
    const { out, exit } = await w.rushes([...argv, '--json', 'film.yaml'], {
      env: { RUSHES_STORE },
    });
    const said = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    expect(said.filter((event) => !validate(event))).toEqual([]);
    expect(said.at(-1)).toMatchObject({ event: 'run.finished', exit });
    events.push(...said);
    return said;
  };
  const first = await runs('render');
  expect(first.at(-1)).toMatchObject({
    exit: 5,
    totals: { completed: 4, failed: 2, ambiguous: 1, notSubmitted: 0 },
  });
  // Another machine, which has the lock alone: what is there is kept, what failed is held.
  await rm(path.join(w.folder, 'out'), { recursive: true });
  await runs('render', '--retry-failed');
  await runs('collect');
  expect([...new Set(events.map(({ event }) => event))].sort()).toEqual(
    schema.oneOf.map(({ properties }) => properties.event.const).sort(),
  );
});
