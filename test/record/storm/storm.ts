/**
 * Two hosts at work on one manifest in a shared folder. Each in turn is stopped (SIGSTOP) somewhere
 * in its run, is taken over by the other, and goes on (SIGCONT) before, during or after that:
 * against the gateway's books nothing is accepted twice, and the lock knows of everything that was.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Ran, world, type World } from '../../cli/cli-project.ts';
import type { HostJob } from './host-process.ts';
import { duplicatesIn, type Random, randomOf } from '../histories/history-parts.ts';

/** Two minutes of silence in 1.2 s, a heartbeat every 150 ms. */
const QUICKER = 100;
const SCENES = 8;

export interface Storm {
  /** How often a host took over from the other. */
  readonly takenOver: number;
  readonly duplicates: readonly string[];
  /** Accepted tasks that the lock does not know at the end. */
  readonly forgotten: readonly string[];
  /** Exit codes of the hosts that were stopped, those that took over, and of the last run. */
  readonly exits: readonly string[];
}

/** Where a host stops itself, and after how many submits of the other one it goes on. */
export interface Stop {
  readonly stopAfter: number;
  readonly submits: number;
}

/** `fixed`: default anywhere, by the seed. */
export async function storm(seed: number, rounds: number, fixed?: Stop): Promise<Storm> {
  const random = randomOf(seed);
  let onSubmit = (): void => undefined;
  await using here = await world({
    taskSeconds: 0.1,
    onEvent: ({ kind }) => {
      if (kind === 'submit') onSubmit();
    },
  });
  const submits = (count: number): Promise<void> =>
    new Promise((resolve) => {
      let left = count;
      onSubmit = () => {
        left -= 1;
        if (left === 0) resolve();
      };
    });
  const beganAt = Date.now();
  const hosts = await Promise.all(
    ['laptop', 'tower'].map((name) => startHost(here, name, beganAt)),
  );
  let takenOver = 0;
  const exits: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      await here.write('film.yaml', film(round));
      const [slow, quick] = round % 2 === 0 ? hosts : hosts.toReversed();
      if (slow === undefined || quick === undefined) throw new Error('two hosts');
      // By itself at a step of the run, or from outside, wherever it is.
      const stopAfter = fixed?.stopAfter ?? (random(2) === 0 ? 1 + random(SCENES) : undefined);
      const reached = submits(1 + random(4));
      const stopping = slow.says('stopping');
      const slowEnds = slow.render(stopAfter);
      // At a fixed step the other one begins after that, so that it is never the first at the lock.
      if (fixed !== undefined) await stopping;
      if (stopAfter === undefined) {
        await Promise.race([reached, slowEnds]);
        slow.stop();
      }
      const quickEnds = untilFree(quick);
      const goesOn =
        fixed === undefined ? moment(random, quick) : quick.says('submitting', fixed.submits);
      await Promise.race([quickEnds, goesOn]);
      slow.goOn();
      const [slowRan, quickRan] = await Promise.all([slowEnds, quickEnds]);
      // It says so when it has taken in what the other one left.
      if (quickRan.err.includes('run-recovered')) takenOver += 1;
      exits.push(`${slowRan.exit}/${quickRan.exit}`);
    }
    // What either of them left.
    const [first] = hosts;
    exits.push(String((await first?.render())?.exit));
    const lock = await here.read('film.lock.json');
    return {
      takenOver,
      duplicates: duplicatesIn(here),
      forgotten: here.gateway
        .books()
        .events.flatMap((event) =>
          event.kind === 'submit' &&
          event.outcome === 'accepted' &&
          !lock.includes(event.idempotencyKey ?? event.body)
            ? [event.body]
            : [],
        ),
      exits,
    };
  } finally {
    for (const host of hosts) host.end();
  }
}

/**
 * When the stopped host goes on: while the other one waits for a sign of life, submits, or at its
 * end.
 */
function moment(random: Random, quick: Host): Promise<void> {
  const turn = random(6);
  if (turn === 0) return quick.says('waiting');
  return turn === 5 ? new Promise(() => undefined) : quick.says('submitting', turn);
}

/** Right after it was stopped the other one still counts as alive. */
async function untilFree(host: Host): Promise<Ran> {
  for (;;) {
    const ran = await host.render();
    if (ran.exit !== 6 || ran.out.includes('render.')) return ran;
  }
}

const film = (round: number): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'limits: { in_flight: 2, gateways: { apimart: { in_flight: 2 } } }',
    'scenes:',
    ...Array.from(
      { length: SCENES },
      (_, index) => `  - { id: s${index}, prompt: Crab ${index} at ${round} o'clock }`,
    ),
    '',
  ].join('\n');

interface Host {
  /** `stopAfter`: events after which it stops itself. */
  render(stopAfter?: number): Promise<Ran>;
  /**
   * Resolves when it says, from now on so many times, that it waits for a sign of life, submits or
   * stops.
   */
  says(what: 'waiting' | 'submitting' | 'stopping', times?: number): Promise<void>;
  stop(): void;
  goOn(): void;
  end(): void;
}

async function startHost(here: World, name: string, beganAt: number): Promise<Host> {
  const child: ChildProcess = fork(
    path.join(import.meta.dirname, 'host-process.ts'),
    [here.folder, name, String(QUICKER), String(beganAt)],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const next = <Said>(about: (said: object) => said is Said & object): Promise<Said> =>
    new Promise((resolve) => {
      const listen = (said: object): void => {
        if (!about(said)) return;
        child.off('message', listen);
        resolve(said);
      };
      child.on('message', listen);
    });
  await once(child, 'message');
  return {
    render: (stopAfter) => {
      const ran = next((said): said is Ran => 'exit' in said);
      const job: HostJob = {
        argv: ['render', '--json', 'film.yaml'],
        // A hundredth of what it says: 10 ms.
        env: { ...here.env, RUSHES_POLL_MIN_MS: '1000' },
        stopAfter,
      };
      child.send(job);
      return ran;
    },
    says: async (what, times = 1) => {
      for (let count = 0; count < times; count++)
        await next((said): said is object => what in said);
    },
    stop: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    end: () => void child.kill('SIGKILL'),
  };
}
