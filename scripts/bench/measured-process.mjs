/** One run of node that tells what it used itself, so that nothing else is counted. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs `node` with these arguments. Gives its user and system time, its peak memory, and when it
 * ended (epoch milliseconds). Fails if it does.
 */
export async function measured(args, cwd, env) {
  const usage = path.join(cwd, 'usage.json');
  const hook = path.join(cwd, 'usage.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(usage)}, JSON.stringify(process.resourceUsage())))`,
  );
  const child = spawn(process.execPath, ['--require', hook, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${code}:\n${said.slice(-2_000)}`);
  const used = JSON.parse(readFileSync(usage, 'utf8'));
  return {
    cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
    mebibytes: Math.round(used.maxRSS / 1024),
    endedAt: Date.now(),
  };
}
