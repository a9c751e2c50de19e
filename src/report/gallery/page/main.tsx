/** Draws the review page over the data that stands in it. */
import { render } from 'preact';
import { App } from './App.tsx';
import { listenForKeys } from './page-keys.ts';

const root = document.getElementById('app');
if (root !== null) {
  // What stands there for those who have no script.
  root.replaceChildren();
  render(<App />, root);
}
listenForKeys();
