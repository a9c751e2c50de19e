/** Why a file that the command line names cannot be read: `there is no file faults.yaml`. */
export function unreadable(what: string, file: string, error: unknown): string {
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isGone
    ? `there is no file ${file}`
    : `the ${what} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
