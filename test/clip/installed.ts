import { spawnSync } from 'node:child_process';

/**
 * Whether a program that some checks use is there. In CI it must be: a check that silently does not
 * run proves nothing.
 */
export function installed(program: string): boolean {
  if (process.env['CI'] !== undefined || spawnSync(program, ['-version']).error === undefined)
    return true;
  console.warn(`${program} is not installed: the checks that use it are left out`);
  return false;
}
