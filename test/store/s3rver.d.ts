declare module '@20minutes/s3rver' {
  import type { Server } from 'node:http';

  /** What the tests use of it; the package has no types of its own. */
  export default class S3rver {
    constructor(options: {
      readonly address?: string;
      readonly port?: number;
      readonly silent?: boolean;
      readonly directory?: string;
      readonly vhostBuckets?: boolean;
      readonly configureBuckets?: readonly { readonly name: string }[];
    });
    run(): Promise<{ readonly port: number }>;
    /** Set by `run`. */
    readonly httpServer: Server;
    close(): Promise<void>;
  }
}
