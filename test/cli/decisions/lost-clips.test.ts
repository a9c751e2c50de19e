/** Clips that landed once and are gone from this machine: every screen names a way that works. */
import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, type World, world } from '../cli-project.ts';
import { expireLinks } from '../rendered-project.ts';

/**
 * Rendered, then out/ is deleted; the links are dead where `expired`. `here`: on this machine; else
 * it looks as on a colleague's, who has the lock alone.
 */
async function lost({
  expired,
  here = false,
}: {
  readonly expired: boolean;
  readonly here?: boolean;
}): Promise<World> {
  const w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await rm(path.join(w.folder, 'out'), { recursive: true });
  if (!here) await rm(path.join(w.folder, '.rushes'), { recursive: true });
  if (expired) await expireLinks(w);
  return w;
}

const commandsIn = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/: (rushes [^\n]+)/g)].map(([, command = '']) =>
    command.trim().split(/\s+/).slice(1),
  );

test('links expired: no dead end; what is elsewhere is paid again only where it is named in full', async () => {
  await using w = await lost({ expired: true });
  for (const argv of [
    ['plan', '--resubmit-missing', 'film.yaml'],
    ['plan', '--restore', 'film.yaml'],
    ['render', '--resubmit-missing', 'film.yaml'],
    ['plan', '--resubmit-missing', '--only', 's1/*', 'film.yaml'],
  ]) {
    const { ran, events } = await w.requests(w.rushes(argv));
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain('Nothing to do');
    expect(ran.err).toMatch(/\d links? ha(?:s|ve) expired: rushes store push film\.yaml/);
    expect(ran.err).toContain('rushes render film.yaml --resubmit-missing --only film:s1/kling');
    expect(events).toEqual([]);
  }
  const status = await w.rushes(['status', 'film.yaml']);
  expect(flat(status.out)).toContain('link expired');
  expect(status.out).not.toContain('--restore');
  expect((await w.rushes(['verify', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(7);
  // The command as it is printed does what it says: that render, and no other.
  const printed = commandsIn(status.out).find((argv) => argv.includes('--resubmit-missing')) ?? [];
  const plan = await w.rushes(['plan', ...printed.slice(1)]);
  expect(plan.out).toContain('submit 1:');
});

test('an accepted clip is paid for again as it is printed; a pinned one is unpinned first', async () => {
  await using w = await lost({ expired: true });
  await w.write('film.yaml', (await w.read('film.yaml')).replaceAll('prompt: ', 'prompt: new '));
  expect((await w.rushes(['accept', 's1/kling', 's2/kling', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['pin', 's1/kling', 'film.yaml'])).exit).toBe(0);
  const printed = async (word: string): Promise<readonly string[]> => {
    const { out } = await w.rushes(['status', 'film.yaml']);
    return commandsIn(out).find((argv) => argv.includes(word)) ?? [];
  };
  const again = await printed('--resubmit-missing');
  expect(again).toContain('film:s2/kling');
  expect((await w.rushes(['plan', ...again.slice(1)])).out).toContain('submit 1:');
  const unpin = await printed('unpin');
  expect(unpin).toEqual(['unpin', 'film:s1/kling', 'film.yaml']);
  expect((await w.rushes(unpin)).exit).toBe(0);
  const first = await printed('--resubmit-missing');
  expect(first).toContain('film:s1/kling');
  // Its gateway is asked before anything is paid again, and here it has a fresh link.
  expect((await w.rushes([...first, '--only', 'film:s2/kling'])).exit).toBe(0);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('links live: status and plan say until when, and --restore as printed fetches them', async () => {
  await using w = await lost({ expired: false });
  const status = await w.rushes(['status', 'film.yaml']);
  expect(flat(status.out)).toMatch(/link valid until \d{4}-|link may live/);
  const printed = commandsIn(status.out).find((argv) => argv.includes('--restore')) ?? [];
  expect((await w.rushes(printed)).exit).toBe(0);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('clips that this machine downloaded, gone with their links expired, are missing', async () => {
  await using w = await lost({ expired: true, here: true });
  const status = await w.rushes(['status', 'film.yaml']);
  expect(status.out).toContain('2 renders: 2 missing');
  const verified = await w.rushes(['verify', 'film.yaml']);
  expect(verified.exit).toBe(7);
  expect(verified.out).toContain(
    '2 missing: downloaded here before, not here now, and the link has expired',
  );
  const command = 'rushes render film.yaml --resubmit-missing --only film:s1/kling';
  for (const { out } of [status, verified]) expect(out).toContain(`missing, next: ${command}`);
  // Asking for a fresh link is free; a gateway that has none leaves them missing.
  expect((await w.rushes(['plan', 'film.yaml'])).out).toContain('fetch 2: the link has expired');
  // A copy may be somewhere: only who names a render pays for it again.
  const unnamed = ['plan', '--resubmit-missing', 'film.yaml'];
  expect((await w.rushes(unnamed)).out).toContain('fetch 2: the link has expired');
  const named = await w.rushes([...unnamed, '--only', 'film:s1/kling']);
  expect(named.out).toContain('submit 1:');
  // The same while a store that is named gives no answer, which may have them.
  const down = { RUSHES_STORE: `file://${path.join(w.folder, 'not-mounted')}` };
  const without = await w.rushes(['plan', 'film.yaml'], { env: down });
  expect(without.out).toContain(
    'Nothing to do: 2 clips are current, none of them on this machine.',
  );
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.exit).toBe(0);
  expect(events.filter(({ kind }) => kind === 'submit')).toEqual([]);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(0);
});

test('a clip that this machine downloaded is elsewhere while its link lives, and missing after', async () => {
  await using w = await lost({ expired: false, here: true });
  expect((await w.rushes(['status', 'film.yaml'])).out).toContain('2 renders: 2 elsewhere');
  expect((await w.rushes(['verify', 'film.yaml'])).exit).toBe(0);
  const plan = await w.rushes(['plan', 'film.yaml']);
  expect(plan.out).toContain('none of them on this machine');
  expect(plan.err).toContain('2 links live: rushes render film.yaml --restore');
});

test('a clip that has another name on another branch is not missing', async () => {
  await using w = await lost({ expired: true, here: true });
  await w.rushes(['render', 'film.yaml']);
  const before = await w.read('film.lock.json');
  await w.write('film.yaml', (await w.read('film.yaml')).replace('id: s1', 'id: first'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  // Back on the first branch: its lock and its manifest, and clips where the other one has them.
  await w.write('film.yaml', (await w.read('film.yaml')).replace('id: first', 'id: s1'));
  await w.write(
    'film.lock.json',
    before.replaceAll(/"expiresAt": "[^"]*"/g, '"expiresAt": "2026-01-03T00:00:00Z"'),
  );
  expect((await w.rushes(['status', 'film.yaml'])).out).toContain('1 ready, 1 elsewhere');
});

test('a link in place of the list of downloaded clips is left alone', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.write('notes.txt', 'mine\n');
  await w.write('.rushes/about.txt', '');
  await symlink('../notes.txt', path.join(w.folder, '.rushes/landed'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(await w.read('notes.txt')).toBe('mine\n');
});

test('on a terminal, render with nothing to do names the page that shows the clips', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.rushes(['render', 'film.yaml']);
  const { out, err } = await w.rushes(['render', 'film.yaml'], { columns: 80 });
  expect(out).toContain('Nothing to do: 1 clip is current.');
  expect(err).toContain('look at the clips: rushes gallery film.yaml\n');
  expect((await w.rushes(['render', 'film.yaml'])).err).toBe('');
});
