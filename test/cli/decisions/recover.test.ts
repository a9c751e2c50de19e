/** Submits whose answer was lost, tasks that a gateway does not know, tasks made elsewhere. */
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, smallClips, type World, world } from '../cli-project.ts';

const plan = async (w: World): Promise<string> => (await w.rushes(['plan', 'film.yaml'])).out;

/** One render whose submit was accepted and whose answer was lost. */
async function unclear(): Promise<{ readonly w: World; readonly task: string }> {
  const w = await world({
    script: {
      rules: [
        { when: { step: 'submit', nth: 1 }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(5);
  return { w, task: w.gateway.books().accepted[0]?.task ?? '' };
}

test('recover --adopt: the task that was paid for is followed and fetched', async () => {
  const { w, task } = await unclear();
  await using _ = w;
  const listed = await w.rushes(['recover', 'film.yaml']);
  expect(listed.exit).toBe(5);
  expect(flat(listed.out)).toContain('apimart');
  expect((await w.rushes(['recover', 's1/kling', '--adopt', task, 'film.yaml'])).exit).toBe(0);
  expect(await plan(w)).toContain('attach 1');
  expect((await w.rushes(['collect', 'film.yaml'])).exit).toBe(0);
  expect(await plan(w)).toBe('Nothing to do: 1 clip is current.\n');
  expect(w.gateway.books().accepted).toHaveLength(1);
});

test('recover --never-happened and --pay-again: submitted again at the next render, and only then', async () => {
  for (const way of ['--never-happened', '--pay-again']) {
    const { w } = await unclear();
    await using _ = w;
    expect((await w.rushes(['recover', 's1/kling', way, 'film.yaml'])).exit).toBe(0);
    expect(w.gateway.books().accepted).toHaveLength(1);
    expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
    expect(w.gateway.books().accepted).toHaveLength(2);
    expect(await w.read('film.lock.json')).toContain('"status": "completed"');
    // It is decided: nobody is asked again, and nobody is led to pay a third time.
    const after = await w.rushes(['recover', 'film.yaml']);
    expect(after.exit).toBe(0);
    expect(after.out).not.toContain('--pay-again');
    expect(after.out.includes('--adopt')).toBe(way === '--pay-again');
    expect((await w.rushes(['recover', 's1/kling', '--never-happened', 'film.yaml'])).exit).toBe(
      way === '--pay-again' ? 0 : 64,
    );
  }
});

test('recover --only … --never-happened decides many at once', async () => {
  await using w = await world({
    script: {
      rules: [
        { when: { step: 'submit', nth: 2 }, do: { fault: 'reset', accepted: false } },
        { when: { step: 'submit', nth: 3 }, do: { fault: 'reset', accepted: false } },
        smallClips(),
      ],
    },
  });
  await w.write('film.yaml', film(scenes(3, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(5);
  const listed = await w.rushes(['recover', '--only', '**', 'film.yaml']);
  expect(listed.out).toContain('2 renders need a decision');
  const decided = await w.rushes(['recover', '--only', '**', '--never-happened', 'film.yaml']);
  expect(decided).toMatchObject({ exit: 0, err: '' });
  expect(decided.out).toContain('recover: 2 renders written to the lock');
  expect(decided.out).toContain('1 render left as before');
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(3);
});

test('recover --from: the accepted lines of a log bring tasks back that no lock knows', async () => {
  await using w = await world({ taskSeconds: 0.5 });
  await w.write('film.yaml', film(scenes(2, 'kling')));
  const { err } = await w.rushes(['render', 'film.yaml']);
  await w.write('run.log', err);
  await w.write('film.lock.json', '{\n  "lockVersion": 1,\n  "renders": {}\n}\n');
  const recovered = await w.rushes(['recover', '--from', 'run.log', 'film.yaml']);
  expect(recovered.exit).toBe(0);
  expect(recovered.out).toContain('2 adopted');
  expect((await w.rushes(['collect', 'film.yaml'])).exit).toBe(0);
  expect(await plan(w)).toContain('Nothing to do');
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('recover --from: a forged line is not taken, its gateway knows no such task', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  // What a workflow prints of a file as it is: both forms of the line.
  await w.write(
    'run.log',
    '\u2063accepted film:s1/kling task_evil\n{"event":"render.accepted","manifest":"film.yaml","id":"s1/kling","task":"task_evil2"}\n',
  );
  const { ran, events } = await w.requests(w.rushes(['recover', '--from', 'run.log', 'film.yaml']));
  expect(ran).toMatchObject({ exit: 5 });
  expect(ran.out).toContain('0 adopted');
  expect(ran.err).toContain('task_evil: apimart has no task task_evil');
  expect(ran.err).toContain('task_evil2: apimart has no task task_evil2');
  expect(events).toHaveLength(2);
  const unasked = await w.requests(
    w.rushes(['recover', '--from', 'run.log', '--unchecked', 'film.yaml']),
  );
  expect(unasked.events).toEqual([]);
  expect(unasked.ran.out).toContain('1 adopted');
});

test('import: a task that was made elsewhere is current, and costs nothing here', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  const [{ task } = { task: '' }] = w.gateway.books().accepted;
  await w.write('other.yaml', film('  - { id: sun, prompt: scene 1, models: [kling] }'));
  const { ran, events } = await w.requests(w.rushes(['import', 'sun/kling', task, 'other.yaml']));
  expect(ran.exit).toBe(0);
  expect(events).toMatchObject([{ kind: 'ask', tasks: [task] }]);
  expect((await w.rushes(['collect', 'other.yaml'])).exit).toBe(0);
  expect((await w.rushes(['plan', 'other.yaml'])).out).toContain('Nothing to do');
  expect(w.gateway.books().accepted).toHaveLength(1);
});

test('a task is checked for its form and at its gateway before it is adopted', async () => {
  const { w, task } = await unclear();
  await using _ = w;
  const before = await w.read('film.lock.json');
  const adopt = (id: string, ...more: string[]) =>
    w.requests(w.rushes(['recover', 's1/kling', '--adopt', id, ...more, 'film.yaml']));
  const form = await adopt('req-123', '--unchecked');
  expect(form.ran).toMatchObject({ exit: 64, out: '' });
  expect(form.ran.err).toContain('"req-123" is not a task id of apimart');
  expect(form.events).toEqual([]);
  const unknown = await adopt('task_01EXAMPLE00000000000000000');
  expect(unknown.ran).toMatchObject({ exit: 64, out: '' });
  expect(unknown.ran.err).toContain('apimart has no task task_01EXAMPLE00000000000000000');
  const noKey = await w.rushes(['recover', 's1/kling', '--adopt', task, 'film.yaml'], {
    env: { APIMART_API_KEY: undefined },
  });
  expect(noKey.exit).toBe(77);
  expect(noKey.err).toContain('--unchecked');
  w.gateway.setScript({
    rules: [{ when: { step: 'ask' }, do: { fault: 'html' } }],
  });
  expect((await adopt(task)).ran.exit).toBe(69);
  expect(await w.read('film.lock.json')).toBe(before);
  const unasked = await adopt(task, '--unchecked');
  expect(unasked.ran.exit).toBe(0);
  expect(unasked.events).toEqual([]);
});

test('a wrong task that was adopted unchecked can be given up, and no message claims that it runs', async () => {
  const { w, task } = await unclear();
  await using _ = w;
  const wrong = 'task_01EXAMPLE00000000000000000';
  const recover = (...words: string[]) => w.rushes(['recover', 's1/kling', ...words, 'film.yaml']);
  expect((await recover('--adopt', wrong, '--unchecked')).exit).toBe(0);
  const collected = await w.rushes(['collect', '--detach', 'film.yaml']);
  expect(collected.exit).toBe(6);
  expect(flat(collected.err)).toContain('the gateway has no record of the task');
  expect(collected.err).not.toContain('goes on');
  expect(flat(collected.err)).not.toContain('accepted by the gateway');
  expect(flat(collected.err)).toContain(
    '1 pending: the gateway has no record of the task s1/kling next: rushes collect film.yaml rushes recover film:s1/kling film.yaml --give-up',
  );
  const redo = await w.rushes(['redo', 's1/kling', 'film.yaml']);
  expect(redo).toMatchObject({ exit: 64 });
  expect(redo.err).toContain('rushes recover film:s1/kling film.yaml --give-up');
  const given = await recover('--give-up');
  expect(given).toMatchObject({ exit: 0, err: '' });
  expect(given.out).toContain('rushes import film:s1/kling <task> film.yaml');
  expect(await w.read('film.lock.json')).toContain('"gave-up"');
  // The right one is still free to be taken in, and pays for the render.
  expect((await w.rushes(['import', 's1/kling', task, 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['collect', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(1);
});

test('a task that its gateway has is not given up', async () => {
  await using w = await world({ taskSeconds: 3600 });
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', '--detach', 'film.yaml'])).exit).toBe(6);
  const ran = await w.rushes(['recover', 's1/kling', '--give-up', 'film.yaml']);
  expect(ran).toMatchObject({ exit: 64, out: '' });
  expect(ran.err).toMatch(
    /s1\/kling is pending, and apimart has task task_\w+ \((waiting|running)\)/,
  );
});

test('recover says where to look, and lists what the gateway lists', async () => {
  await using w = await world({
    script: {
      rules: [{ when: { step: 'submit' }, do: { fault: 'reset', accepted: true } }, smallClips()],
    },
  });
  await w.write(
    'film.yaml',
    film(scenes(1, 'kling') + scenes(1, 'o3').replace('s1', 's2').replace(/^/, '\n')),
  );
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(5);
  const { out } = await w.rushes(['recover', 'film.yaml']);
  const tasks = w.gateway.books().accepted;
  const listed = tasks.find(({ gateway }) => gateway === 'evolink')?.task ?? '';
  expect(flat(out)).toContain('the tasks of your apimart.ai account around 20');
  expect(flat(out)).toContain('1 task may be the right one');
  const command = `rushes recover film:s2/o3 film.yaml --adopt ${listed}`;
  expect(out).toContain(command);
  expect((await w.rushes(command.split(' ').slice(1))).exit).toBe(0);
});
