/**
 * What `action.yml` runs, as `main` and as `post`: the command line with one word. The runner hands
 * the state that `main` saved to `post` alone.
 */
process.argv.splice(
  2,
  Infinity,
  process.env['STATE_rushes'] === undefined ? 'action' : 'action-post',
);
await import('./cli.ts');
