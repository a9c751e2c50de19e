/** A name and a value in a list of facts. */
import type { ComponentChild, JSX } from 'preact';

export function Fact({
  name,
  isCode = false,
  children,
}: {
  readonly name: string;
  /** An id or a path: from left to right in every script, as it is typed. */
  readonly isCode?: boolean;
  readonly children: ComponentChild;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi dir={isCode ? 'ltr' : undefined}>{children}</bdi>
      </dd>
    </>
  );
}
