/** The keys of the player, folded away. */
import { Fragment, type JSX } from 'preact';
import { PLAYER_KEYS } from '../playback/key-list.ts';

export function KeyList(): JSX.Element {
  return (
    <details class="keys">
      <summary>Keys</summary>
      <dl>
        {PLAYER_KEYS.map(([keys, what]) => (
          <Fragment key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
