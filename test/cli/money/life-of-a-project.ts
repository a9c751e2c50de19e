/**
 * The life of a project, as a user lives it: after every step the gateway's books, `status --cost`
 * and the run's summary say the same to the cent, and every command that a screen prints is run as
 * it is printed, in a copy of the project, and does what it says.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FaultScript } from '../../../src/local-gateway/faults/script.ts';
import { type Ran, smallClips, type World, world } from '../cli-project.ts';

const run = promisify(execFile);

const MODELS = `  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
  v3t: { use: evolink/kling-v3-text-to-video }`;

interface Scene {
  readonly id: string;
  readonly prompt: string;
  readonly more?: string;
}

const lineOf = ({ id, prompt, more = '' }: Scene): string =>
  `  - { id: ${id}, prompt: "${prompt}", duration: 5${more} }\n`;

const filmOf = (scenes: readonly Scene[]): string =>
  `rushes: 1\nmodels:\n${MODELS}\nbudget: { usd: 60 }\nlimits: { in_flight: 6 }\ninclude: [more/*.yaml]\nscenes:\n${scenes.map(lineOf).join('')}`;

const numbered = (count: number): Scene[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index + 1}`,
    prompt: `scene ${index + 1}`,
  }));

const ON_ONE = ', models: [kling]';
/** Renders of a scene of this name are told by their prompt. */
const oneRender = (id: string): Scene => ({ id, prompt: `the ${id}`, more: ON_ONE });

/** The answer to one submit is lost; some tasks take long enough to be caught in the middle. */
const SCRIPT: FaultScript = {
  rules: [
    {
      when: { step: 'submit', prompt: 'the whale', nth: 1 },
      do: { fault: 'reset', accepted: true },
    },
    {
      when: { step: 'task', prompt: 'the kill' },
      do: { fault: 'fate', seconds: 0.5, clip: { width: 64, height: 36, seconds: 1 } },
    },
    smallClips(),
  ],
};

/**
 * What only shows, or lists before it does anything: printed again as long as there is a reason.
 */
const ONLY_SHOWS = /^rushes (?:plan|status|gallery|prune(?! .*--yes)|recover \S+\.yaml$)/;

/** One project with what is checked after each of its steps. */
class Life {
  readonly w: World;
  scenes: Scene[];
  /**
   * US dollars in no lock of this checkout: results that `prune` took out, or those of another
   * branch.
   */
  apart = 0;
  readonly #tried = new Set<string>();
  /** Tasks that copies of the project have paid for. */
  readonly #ofCopies = new Set<string>();

  constructor(w: World, scenes: number) {
    this.w = w;
    this.scenes = numbered(scenes);
  }

  async write(scenes: Scene[] = this.scenes): Promise<void> {
    this.scenes = scenes;
    await this.w.write('manifests/film.yaml', filmOf(scenes));
    // In a file of its own, so that git merges the scenes of two branches by itself.
    await this.w.write('manifests/more/none.yaml', 'scenes: []\n');
  }

  /** Runs, compares the money, and tries the commands that were printed. */
  async does(argv: readonly string[], ...exits: readonly number[]): Promise<Ran> {
    const ran = await this.says(argv, ...exits);
    await this.tries(argv, ran);
    return plain(ran);
  }

  /** Runs, and compares the money; returns what was printed, in colour. */
  async says(argv: readonly string[], ...exits: readonly number[]): Promise<Ran> {
    const coloured = await this.w.rushes(argv, { env: { FORCE_COLOR: '1' } });
    const ran = plain(coloured);
    assert.ok(
      exits.includes(ran.exit),
      `rushes ${argv.join(' ')}: ${ran.exit} ${ran.err}${ran.out}`,
    );
    await this.agrees(ran);
    return coloured;
  }

  get #paid() {
    return this.w.gateway.books().accepted.filter(({ task }) => !this.#ofCopies.has(task));
  }

  get booked(): number {
    return this.#paid.reduce((sum, { charged, reserved }) => sum + (charged ?? reserved), 0) / 1e6;
  }

  get accepted(): number {
    return this.#paid.length;
  }

  /** What was accepted for a prompt, in US dollars. */
  bookedFor(prompt: string): number {
    return (
      this.#paid
        .filter(({ body }) => JSON.stringify(body).includes(`"${prompt}"`))
        .reduce((sum, { charged = 0 }) => sum + charged, 0) / 1e6
    );
  }

  /** The task of a prompt that the lock does not know. */
  async unknownTask(prompt: string): Promise<string | undefined> {
    const lock = await this.w.read('manifests/film.lock.json');
    return this.#paid.find(
      ({ task, body }) =>
        JSON.stringify(body).includes(`"${prompt}"`) && !lock.includes(`"${task}"`),
    )?.task;
  }

  async agrees(ran: Ran): Promise<void> {
    const status = JSON.parse((await this.w.rushes(['status', '--json'])).out) as {
      readonly money: Readonly<Record<'chargedUsd' | 'reservedUsd' | 'unclearUsd', number>>;
    };
    const { chargedUsd, reservedUsd, unclearUsd } = status.money;
    const known = chargedUsd + reservedUsd + unclearUsd + this.apart;
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
   * Every printed command, as it is printed, in a copy of the project: it is known, it finds its
   * renders, the decision makes sense, and what printed it does not print it again.
   */
  async tries(argv: readonly string[], ran: Ran): Promise<void> {
    for (const command of commandsIn(ran)) {
      if (this.#tried.has(command)) continue;
      this.#tried.add(command);
      const copy = path.join(this.w.folder, '..', `${path.basename(this.w.folder)}-copy`);
      await cp(this.w.folder, copy, { recursive: true });
      const cwd = path.relative(this.w.folder, copy);
      const own = new Set(this.w.gateway.books().accepted.map(({ task }) => task));
      const done = await this.w.rushes(wordsOf(command).slice(1), { cwd });
      assert.ok(done.exit !== 64 && done.exit !== 65, `${command}: ${done.err}`);
      const isShown = ['status', 'plan', 'verify'].includes(argv[0] ?? '');
      if (isShown && !ONLY_SHOWS.test(command)) {
        const again = await this.w.rushes(argv, { cwd, env: { FORCE_COLOR: '1' } });
        assert.ok(!commandsIn(again).includes(command), `printed again after ${command}`);
      }
      for (const { task } of this.w.gateway.books().accepted)
        if (!own.has(task)) this.#ofCopies.add(task);
      await rm(copy, { recursive: true, force: true });
    }
  }

  async git(...args: string[]): Promise<void> {
    await run('git', ['-C', this.w.folder, ...args], {
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  async commit(): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', 'rendered');
  }
}

/**
 * In colour a command that is there to be copied is bold: so it is told from the words around it.
 */
function commandsIn({ out, err }: Ran): readonly string[] {
  // oxlint-disable-next-line no-control-regex
  const bold = [...`${out}\n${err}`.matchAll(/\u001B\[1m(rushes [^\u001B]+)\u001B\[22m/g)];
  const shows = [...out.matchAll(/^ {2}(rushes plan.*) shows what it means$/gm)];
  return [...bold, ...shows]
    .map(([, command = '']) => command)
    .filter((command) => !command.includes('<'));
}

/** `$1,234.5` on a screen is that many dollars. */
const sameCents = (said: string, usd: number): void =>
  assert.equal(Number(said.replaceAll(',', '')).toFixed(2), usd.toFixed(2));

// oxlint-disable-next-line no-control-regex
const plainText = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/g, '');

const plain = (ran: Ran): Ran => ({ ...ran, out: plainText(ran.out), err: plainText(ran.err) });

/** As a shell reads a printed command. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/**
 * Render, rename, edit, revert, takes, redo, cut a scene, prune, lose the clips, a lost answer with
 * wrong adoptions, a killed run, two branches. `count`: scenes, on three models each; at least 4.
 */
export async function liveThrough(count: number): Promise<{ readonly accepted: number }> {
  await using w = await world({ script: SCRIPT });
  const life = new Life(w, count);
  await life.git('init', '-q', '-b', 'main');
  await life.git('config', 'user.email', 'a@example.com');
  await life.git('config', 'user.name', 'a');
  await w.write('.gitignore', 'out/\n.rushes/\n');
  await renamedAndEdited(life, count);
  await takesAndPrune(life, count);
  await clipsAreLost(life);
  await wrongAdoptions(life);
  await aKilledRun(life);
  await twoBranches(life);
  // In the end nothing is open, and what the gateway has charged is what the locks have, and had.
  const last = await life.does(['status', '--cost'], 0);
  sameCents(
    /All runs: \$([\d.,]+) charged/.exec(last.out.replaceAll(/\s+/g, ' '))?.[1] ?? '',
    life.booked - life.apart,
  );
  return { accepted: life.accepted };
}

async function renamedAndEdited(life: Life, count: number): Promise<void> {
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
}

async function takesAndPrune(life: Life, count: number): Promise<void> {
  // Second takes of one scene, and redo of one render.
  await life.write(
    life.scenes.map((one) => (one.id === 's3' ? { ...one, more: ', takes: 2' } : one)),
  );
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 6);
  await life.does(['redo', 's3/kling'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, 3 * count + 7);

  // A scene is cut: what it came to stays in the lock until prune.
  const before = life.booked;
  await life.write(life.scenes.filter(({ id }) => id !== `s${count}`));
  await life.does(['plan'], 0);
  life.apart = life.bookedFor(`scene ${count}`);
  await life.does(['prune', '--yes'], 0);
  await life.does(['status'], 0);
  assert.equal(life.booked, before);
}

async function clipsAreLost(life: Life): Promise<void> {
  const before = life.accepted;
  await rm(path.join(life.w.folder, 'out'), { recursive: true });
  await life.does(['status'], 0);
  await life.does(['plan'], 0);
  await life.does(['verify', '--complete'], 7);
  await life.does(['render', '--restore'], 0);
  await life.does(['verify', '--complete'], 0);
  assert.equal(life.accepted, before);
}

/** The answer to one submit is lost, and a person takes the wrong task for it, in every way. */
async function wrongAdoptions(life: Life): Promise<void> {
  const before = life.accepted;
  await life.write([...life.scenes, oneRender('whale')]);
  await life.does(['render'], 5);
  await life.does(['status'], 0);
  await life.does(['recover'], 5);
  const id = 'whale/kling';
  const right = (await life.unknownTask('the whale')) ?? '';
  const wrong = 'task_01EXAMPLE00000000000000000';
  const lock = await life.w.read('manifests/film.lock.json');
  await life.does(['recover', id, '--adopt', /"task": "([^"]+)"/.exec(lock)?.[1] ?? ''], 64);
  await life.does(['recover', id, '--adopt', wrong], 64);
  await life.does(['recover', id, '--adopt', wrong, '--unchecked'], 0);
  // Whoever goes on collecting waits ten minutes for a task that is not there.
  await life.says(['collect', '--detach'], 6);
  await life.does(['recover', id, '--give-up'], 0);
  await life.w.rushes(['import', id, right]);
  await life.does(['collect'], 0);
  await life.does(['plan'], 0);
  assert.equal(life.accepted, before + 1);
  // The reservation of the wrong task goes with its entry.
  await life.does(['prune', '--earlier', '--only', id, '--yes'], 0);
}

/** SIGKILL in the middle; the next run goes on, and pays for nothing twice. */
async function aKilledRun(life: Life): Promise<void> {
  const before = life.accepted;
  await life.write([...life.scenes, ...['kill-1', 'kill-2', 'kill-3'].map(oneRender)]);
  const killed = await life.w.cli(['render'], {
    watch: (said, signal) => {
      if (said.includes('accepted film:kill')) signal('SIGKILL');
    },
  });
  assert.equal(killed.exit, 137);
  await life.does(['status'], 0);
  await life.does(['plan'], 0);
  // An answer that nobody was there to read is unclear: then a person looks its task up.
  const next = await life.does(['render'], 0, 5);
  if (next.exit === 5) {
    const unclear = JSON.parse((await life.w.rushes(['recover', '--json'])).out) as {
      readonly id: string;
    }[];
    for (const { id } of unclear) {
      const task = await life.unknownTask(`the ${id.split('/')[0]}`);
      const decision = task === undefined ? ['--never-happened'] : ['--adopt', task];
      await life.does(['recover', id, ...decision], 0);
    }
    await life.does(['render'], 0);
  }
  await life.does(['plan'], 0);
  assert.equal(life.accepted, before + 3);
}

/** Two branches render, and git merges them through the driver that `init --git` installs. */
async function twoBranches(life: Life): Promise<void> {
  const before = life.accepted;
  const { apart } = life;
  assert.equal((await life.w.rushes(['init', '--git'])).exit, 0);
  await life.commit();
  const adds = (scene: string): Promise<void> =>
    life.w.write(`manifests/more/${scene}.yaml`, `scenes:\n${lineOf(oneRender(scene))}`);
  await life.git('checkout', '-q', '-b', 'theirs');
  await adds('moon');
  await adds('tide');
  await life.does(['render'], 0);
  await life.commit();
  await life.git('checkout', '-q', 'main');
  // In the lock of the other branch only.
  life.apart = apart + life.bookedFor('the moon') + life.bookedFor('the tide');
  await adds('sea');
  await life.does(['plan'], 0);
  await life.does(['render'], 0);
  assert.equal(life.accepted, before + 3);
  // What the other branch has paid for is taken from the record, not paid for again.
  await adds('tide');
  life.apart = apart + life.bookedFor('the moon');
  await life.does(['render'], 0);
  await life.commit();
  await life.git('merge', '-q', '--no-edit', 'theirs');
  life.apart = apart;
  const merged = await life.does(['plan'], 0);
  assert.match(merged.out, /^Nothing to do/);
  await life.does(['render'], 0);
  await life.does(['verify', '--complete'], 0);
  assert.equal(life.accepted, before + 3);
}
