/** Tasks of the list that the record knows are never offered as those of another request. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { smallClips, world } from '../cli/cli-project.ts';

test('recover offers no task that another branch, or a render that is left out, has', async () => {
  await using here = await world({
    script: {
      rules: [
        { when: { step: 'submit', prompt: 'crab' }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  const film = (...prompts: readonly string[]): Promise<void> =>
    here.write(
      'manifests/film.yaml',
      `rushes: 1
models: { o3: { use: evolink/kling-o3-text-to-video } }
scenes: [${prompts.map((prompt) => `{ id: ${prompt}, prompt: A ${prompt} }`).join(', ')}]
`,
    );
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
      cwd: here.folder,
    });
  git('init', '-q', '-b', 'main');
  await here.write('.gitignore', 'out/\n.rushes/\n');
  await film('storm');
  git('add', '-A');
  git('commit', '-q', '-m', 'Film');
  git('switch', '-q', '-c', 'rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  git('add', '-A');
  git('commit', '-q', '-m', 'Storm');
  git('switch', '-q', 'main');
  await film('crab', 'gull');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 5 });

  const { accepted } = here.gateway.books();
  expect(accepted).toHaveLength(3);
  for (const only of [[], ['--only', 'crab/o3']]) {
    const listed = await here.rushes(['recover', '--json', ...only]);
    const [render] = JSON.parse(listed.out);
    expect(render.candidates).toHaveLength(1);
    expect(listed.out).toContain(render.candidates[0].task);
  }
});
