/**
 * Run by `action.yml` as `post`. The runner hands it the state that `main` saved: a step that came
 * to its end, or never began to work, needs no `post`.
 */
if (process.env['STATE_rushes'] === 'running') {
  process.argv.splice(2, Infinity, 'action-post');
  await import('./cli.ts');
}
