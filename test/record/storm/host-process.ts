/**
 * A host beside others on one shared folder: a process that runs what it is told over IPC. Its time
 * is quicker than ours, so that two minutes of silence pass in a second: see `storm.ts`.
 */
import { runProgram } from '../../../src/commands/program.ts';
import { systemProcesses } from '../../../src/lock/run-lock/processes.ts';
import { type Clock, systemClock } from '../../../src/ports/clock.ts';

export interface HostJob {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Stops itself (SIGSTOP) after so many events of the run. Default: never. */
  readonly stopAfter?: number | undefined;
}

const [cwd = '', host = '', quicker = '1', beganAt = '0'] = process.argv.slice(2);
const times = Number(quicker);
const began = Number(beganAt);
const clock: Clock = {
  now: () => began + (Date.now() - began) * times,
  monotonic: () => performance.now() * times,
  sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
};
const here = await systemProcesses();
// On another host a process id says nothing.
const processes = { ...here, host };

process.on('message', (job: HostJob) => {
  const said = { out: '', err: '' };
  let events = 0;
  const output = (key: 'out' | 'err') => ({
    write: (text: string): void => {
      said[key] += text;
      if (text.includes('"render.submitting"')) process.send?.({ submitting: true });
      events += text.split('"event":"render.').length - 1;
      if (events < (job.stopAfter ?? Infinity)) return;
      events = -Infinity;
      process.send?.({ stopping: true });
      process.kill(process.pid, 'SIGSTOP');
    },
    isTTY: false,
    columns: 80,
  });
  void runProgram(job.argv, {
    env: job.env,
    cwd,
    stdout: output('out'),
    stderr: output('err'),
    clock,
    processes,
    waiting: () => process.send?.({ waiting: true }),
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  }).then((exit) => process.send?.({ exit, ...said }));
});
process.send?.({ ready: true });
