declare module '@20minutes/s3rver' {
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
    close(): Promise<void>;
  }
}
