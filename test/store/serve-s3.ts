/**
 * The S3 server in a process of its own, for measurements: says where it is, ends with its input.
 */
import { s3Server } from './s3-server.ts';

const server = await s3Server();
process.stdout.write(`${JSON.stringify(server.env)}\n`);
process.stdin.on('data', () => {
  const [up, down] = [server.uploadedBytes(), server.downloadedBytes()];
  process.stdout.write(`${JSON.stringify({ up, down })}\n`);
});
process.stdin.on('end', () => void server.close());
