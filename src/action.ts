/**
 * Run by `action.yml`, as `main` and as `post`: the command line with one word. The runner hands
 * the state that `main` saved to `post` alone; a step that reached its end needs no `post`.
 */
const state = process.env['STATE_rushes'];
if (state !== 'ended') {
  process.argv.splice(2, Infinity, state === undefined ? 'action' : 'action-post');
  await import('./cli.ts');
}
