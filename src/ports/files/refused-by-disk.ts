/**
 * A disk that is full, read-only or has something else in the place: the machine's matter, no bug.
 */

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on the disk',
  EDQUOT: 'Make room on the disk',
  EACCES: 'Let this user write there, or name another place',
  EPERM: 'Let this user write there, or name another place',
  EROFS: 'Name a place on a disk that can be written',
  EEXIST: 'Move away what is in that place, or name another one',
  EISDIR: 'Move away what is in that place, or name another one',
  ENOTDIR: 'Move away what is in that place, or name another one',
  ENAMETOOLONG: 'Use a shorter name',
};

/** Not of a connection or a program that is started: those may be refused with the same codes. */
const CALLS: ReadonlySet<string> = new Set([
  'open',
  'mkdir',
  'mkdtemp',
  'write',
  'rename',
  'unlink',
  'rmdir',
  'copyfile',
  'fsync',
  'ftruncate',
]);

/** What to do; `undefined` for anything else that was thrown. */
export function remedyOfDisk(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code = '', syscall = '' } = thrown as NodeJS.ErrnoException;
  return CALLS.has(syscall) ? REMEDIES[code] : undefined;
}
