/**
 * `npm run check`: the checks of package.json side by side, each as its script says. Every check
 * runs to its end, so that one run tells everything that is wrong; what a check printed comes
 * together. Exit 1 if one fails.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The longest first: it then runs beside all others. */
const CHECKS = ['lint', 'typecheck', 'package', 'knip', 'format:check'];

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const waiting = [...CHECKS];
const failed = [];

/** npm has put `node_modules/.bin` in front of the PATH. */
function run(name) {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const child = spawn(scripts[name], { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => printed.push(chunk));
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      const outcome = code === 0 ? 'passed' : `failed (exit ${code ?? 'by signal'})`;
      process.stdout.write(`${name}: ${outcome}, ${seconds} s\n`);
      process.stdout.write(Buffer.concat(printed));
      if (code !== 0) failed.push(name);
      resolve();
    });
  });
}

async function runNext() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, runNext));
if (failed.length > 0) {
  console.error(`check: ${failed.join(', ')} failed`);
  process.exitCode = 1;
}
