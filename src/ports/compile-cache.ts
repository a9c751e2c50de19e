/** Compiled code that stays on disk from one command to the next. */
import module from 'node:module';
import path from 'node:path';

/**
 * Node 22.8 and later can keep what it compiles: a command starts sooner from the second time on.
 * Earlier versions cannot, and nothing happens. Without a folder for caches, and where it cannot be
 * written, nothing is kept. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` work as always.
 *
 * Source: https://nodejs.org/api/module.html#moduleenablecompilecacheoptions
 */
export function keepCompiledCode(env: Readonly<Record<string, string | undefined>>): void {
  const { enableCompileCache } = module as { enableCompileCache?: (folder?: string) => unknown };
  const folder = cacheFolder(env);
  // With its own variable set, Node keeps it there already.
  if (folder !== undefined && !isSet(env['NODE_COMPILE_CACHE'])) enableCompileCache?.(folder);
}

/**
 * Of this user: what is compiled is run again, so it is not kept in a temporary folder, where
 * others may write, nor in the repository, where a branch may bring files.
 */
function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const home = env['HOME'];
  const caches = [
    env['XDG_CACHE_HOME'],
    env['LOCALAPPDATA'],
    isSet(home) ? path.join(home, '.cache') : undefined,
  ].find((folder) => isSet(folder) && path.isAbsolute(folder));
  return caches === undefined ? undefined : path.join(caches, 'rushes', 'compiled');
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
