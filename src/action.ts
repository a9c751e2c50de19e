/**
 * Run by `action.yml` as `main`: the command line with one word. `post` is a file of its own: a
 * `main` that a cancel ended before it could say so must not be taken for one that never began.
 */
process.argv.splice(2, Infinity, 'action');
await import('./cli.ts');
