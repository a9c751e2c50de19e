/** A name and a value in a list of facts. */
import type { ComponentChild, JSX } from 'preact';

export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChild;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
