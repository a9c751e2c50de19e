/** The usual button of the page: without colour, so that the eye goes to the clips. */
import type { JSX } from 'preact';

type QuietButtonProps = Omit<JSX.IntrinsicElements['button'], 'class' | 'ref' | 'type'> & {
  readonly class?: string;
};

export function QuietButton({ class: more, ...rest }: QuietButtonProps): JSX.Element {
  return <button type="button" class={more === undefined ? 'quiet' : `quiet ${more}`} {...rest} />;
}
