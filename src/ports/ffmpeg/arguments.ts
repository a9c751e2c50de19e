/** Arguments of ffmpeg that every use of it has. */

export const QUIET = ['-nostdin', '-v', 'error'] as const;

/** A clip as input. The file is a stranger's: one container, no other files, no network. */
export const oneClip = (clip: string, before: readonly string[] = []): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-f',
  'mov',
  '-threads',
  '1',
  ...before,
  '-i',
  clip,
];
