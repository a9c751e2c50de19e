/**
 * The life of a project, as a user lives it: after every step the gateway's books, `status --cost`
 * and the run's summary say the same to the cent, and every command that a screen prints works as
 * it is printed.
 */
import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Ran, type World, world } from '../cli-project.ts';

const MODELS = `  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
  v3t: { use: evolink/kling-v3-text-to-video }`;

export interface Scene {
  readonly id: string;
  readonly prompt: string;
  readonly more?: string;
}

const filmOf = (scenes: readonly Scene[]): string =>
  `rushes: 1\nmodels:\n${MODELS}\nbudget: { usd: 60 }\nscenes:\n${scenes
    .map(
      ({ id, prompt, more = '' }) => `  - { id: ${id}, prompt: "${prompt}", duration: 5${more} }`,
    )
    .join('\n')}\n`;

const numbered = (count: number): Scene[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index + 1}`,
    prompt: `scene ${index + 1}`,
  }));

/** One project with what is checked after each of its steps. */
export class Life {
  readonly w: World;
  scenes: Scene[];
  /** US dollars of results that `prune` took out of the lock. */
  pruned = 0;
  readonly #tried = new Set<string>();

  constructor(w: World, scenes: number) {
    this.w = w;
    this.scenes = numbered(scenes);
  }

  async write(scenes: Scene[] = this.scenes): Promise<void> {
    this.scenes = scenes;
    await this.w.write('manifests/film.yaml', filmOf(scenes));
  }

  /** Runs, compares the money, and tries the commands that were printed. */
  async does(argv: readonly string[], exit: number): Promise<Ran> {
    const coloured = await this.w.rushes(argv, { env: { FORCE_COLOR: '1' } });
    const ran = { ...coloured, out: plainText(coloured.out), err: plainText(coloured.err) };
    assert.equal(ran.exit, exit, `rushes ${argv.join(' ')}: ${ran.err}${ran.out}`);
    await this.agrees(ran);
    await this.tries(coloured);
    return ran;
  }

  get booked(): number {
    const { accepted } = this.w.gateway.books();
    return accepted.reduce((sum, { charged, reserved }) => sum + (charged ?? reserved), 0) / 1e6;
  }

  get accepted(): number {
    return this.w.gateway.books().accepted.length;
  }

  async agrees(ran: Ran): Promise<void> {
    const status = JSON.parse((await this.w.rushes(['status', '--json'])).out) as {
      readonly money: Readonly<Record<'chargedUsd' | 'reservedUsd' | 'unclearUsd', number>>;
    };
    const { chargedUsd, reservedUsd, unclearUsd } = status.money;
    const known = chargedUsd + reservedUsd + unclearUsd + this.pruned;
    // What was sent and never accepted is unclear here and in nobody's books.
    assert.ok(known - unclearUsd <= this.booked + 0.005, `${known} known, ${this.booked} booked`);
    assert.ok(known >= this.booked - 0.005, `${known} known, ${this.booked} booked`);
    const said = /all runs: \$([\d.,]+) charged/.exec(ran.out + ran.err)?.[1];
    if (said !== undefined) sameCents(said, chargedUsd);
    const cost = (await this.w.rushes(['status', '--cost'])).out.replaceAll(/\s+/g, ' ');
    const charged = /All runs: \$([\d.,]+) charged/.exec(cost)?.[1] ?? '0';
    sameCents(charged, chargedUsd);
  }

  /**
   * Every printed command in a copy of the project: it is known, it finds its renders, and the
   * decision makes sense. What would send something is only planned there.
   */
  async tries({ out, err }: Ran): Promise<void> {
    // In colour a command that is there to be copied is bold: so it is told from the words around it.
    // oxlint-disable-next-line no-control-regex
    const bold = [...`${out}\n${err}`.matchAll(/\u001B\[1m(rushes [^\u001B]+)\u001B\[22m/g)];
    const shows = [...out.matchAll(/^ {2}(rushes plan.*) shows what it means$/gm)];
    const commands = [...bold, ...shows]
      .map(([, command = '']) => command)
      .filter((command) => !command.includes('<'));
    for (const command of commands) {
      if (this.#tried.has(command)) continue;
      this.#tried.add(command);
      const [, name = '', ...words] = wordsOf(command);
      const copy = path.join(this.w.folder, '..', `${path.basename(this.w.folder)}-copy`);
      await cp(this.w.folder, copy, { recursive: true });
      const sends = name === 'render' || name === 'collect';
      const argv = sends ? ['plan', ...words.filter((word) => word !== '--yes')] : [name, ...words];
      const { ran, events } = await this.w.requests(
        this.w.rushes(argv, { cwd: path.relative(this.w.folder, copy) }),
      );
      await rm(copy, { recursive: true, force: true });
      assert.ok(ran.exit !== 64 && ran.exit !== 65, `${command}: ${ran.err}`);
      assert.ok(events.every(({ kind }) => kind !== 'submit'));
    }
  }
}

/** `$1,234.5` on a screen is that many dollars. */
const sameCents = (said: string, usd: number): void =>
  assert.equal(Number(said.replaceAll(',', '')).toFixed(2), usd.toFixed(2));

// oxlint-disable-next-line no-control-regex
const plainText = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/g, '');

/** As a shell reads a printed command. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/**
 * Render, rename, edit, revert, takes, redo, cut a scene, prune, lose the clips. `count`: scenes, on
 * three models each; at least 4.
 */
export async function liveThrough(count: number): Promise<{ readonly accepted: number }> {
  await using w = await world();
  const life = new Life(w, count);
  await life.write();
  await life.does(['plan'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count);

  // Renamed, reordered, one edited: only what changed is paid for, and prune keeps the rest.
  const [first, second, ...others] = life.scenes as [Scene, Scene, ...Scene[]];
  await life.write([
    ...others.toReversed(),
    { ...first, id: 'opening' },
    { ...second, prompt: 'dusk' },
  ]);
  await life.does(['plan'], 0);
  await life.does(['prune', '--yes'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 3);

  // Back to the first words, and a new scene with the second: both are paid for already.
  await life.write([
    ...others,
    { ...first, id: 'opening' },
    second,
    { id: 'dusk', prompt: 'dusk' },
  ]);
  await life.does(['plan'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 3);

  // Second takes of one scene, and redo of one render.
  await life.write(
    life.scenes.map((one) => (one.id === 's3' ? { ...one, more: ', takes: 2' } : one)),
  );
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 6);
  await life.does(['redo', 's3/kling'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 7);

  // Scenes are cut: what they came to stays in the lock until prune.
  const before = life.booked;
  const last = life.scenes.filter(({ id }) => id === `s${count}`);
  await life.write(life.scenes.filter((one) => !last.includes(one)));
  await life.does(['plan'], 0);
  const gone = w.gateway
    .books()
    .accepted.filter(({ body }) => JSON.stringify(body).includes(`"scene ${count}"`));
  life.pruned = gone.reduce((sum, { charged = 0 }) => sum + charged, 0) / 1e6;
  await w.rushes(['prune', '--yes']);
  await life.does(['status'], 0);
  assert.equal(life.booked, before);

  // Clips are lost, and their links still work.
  await rm(path.join(w.folder, 'out'), { recursive: true });
  await life.does(['status'], 0);
  await life.does(['plan'], 0);
  await life.does(['verify', '--complete'], 7);
  await life.does(['render', '--restore'], 0);
  await life.does(['verify', '--complete'], 0);
  assert.equal(life.accepted, 3 * count + 7);
  return { accepted: life.accepted };
}
