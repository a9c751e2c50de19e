/** What a test asks of its helper process, and what comes back, over the channel between them. */

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type Request =
  | { readonly kind: 'run'; readonly id: number; readonly command: Command }
  /** The command line, in the helper process itself: what it would load is loaded already. */
  | { readonly kind: 'rushes'; readonly id: number; readonly command: Omit<Command, 'program'> }
  | { readonly kind: 'signal'; readonly id: number; readonly signal: NodeJS.Signals }
  /** `owner/name` -> folder of the bare repository. */
  | {
      readonly kind: 'serve';
      readonly id: number;
      readonly repositories: ReadonlyMap<string, string>;
    }
  /** A new token of one job. */
  | {
      readonly kind: 'grant';
      readonly id: number;
      readonly token: string;
      readonly mayWrite: boolean;
    }
  | { readonly kind: 'close'; readonly id: number };

export type Reply =
  | {
      readonly kind: 'output';
      readonly id: number;
      readonly stream: 'stdout' | 'stderr';
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'ended';
      readonly id: number;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'listening'; readonly id: number; readonly port: number }
  | { readonly kind: 'closed'; readonly id: number };
