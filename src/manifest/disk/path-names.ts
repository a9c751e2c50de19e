/** Paths as manifests write them, and as messages show them. */
import path from 'node:path';

/** `/` on every system, relative to the working folder. */
export const shown = (absolute: string, cwd: string): string => {
  const relative = path.relative(cwd, absolute);
  return (relative === '' ? '.' : relative).split(path.sep).join('/');
};

/** Paths in a manifest must mean the same on every machine. */
export function nameProblem(name: string): string | undefined {
  if (name.includes('\0')) return 'holds a NUL character';
  if (path.posix.isAbsolute(name) || path.win32.isAbsolute(name) || /^[a-z]:/i.test(name))
    return 'is absolute';
  return name.includes('\\') ? 'holds a backslash' : undefined;
}
