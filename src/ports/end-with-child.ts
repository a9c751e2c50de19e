/** What is asked of a `ChildProcess` here. */
interface Child {
  once(event: 'exit' | 'close', listener: () => void): unknown;
  readonly stderr: { destroy(): unknown } | null;
}

/** For the last lines of a child, which may come in after its end. */
const GRACE_MS = 300;

/**
 * A child may start other processes that outlive it, such as a sound in the background or the
 * shared connection of ssh. They keep its standard error open, so it is closed soon after the
 * child's end.
 */
export function endWithChild(child: Child): void {
  child.once('exit', () => {
    const timer = setTimeout(() => child.stderr?.destroy(), GRACE_MS);
    child.once('close', () => clearTimeout(timer));
  });
}
