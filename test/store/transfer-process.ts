/**
 * One machine: `push`, `pull` as rushes does them, `plain-push`, `plain-pull` as streams without
 * any proof. Reads a job as JSON, writes a line for each clip and at its end what it took.
 */
import { createReadStream, createWriteStream, readFileSync, writeSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsV4Signer } from 'aws4fetch';
import pLimit from 'p-limit';
import { systemClock } from '../../src/ports/clock.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pullClips } from '../../src/store/pull-clips.ts';
import { type LocalClip, pushClips, TRANSFERS_AT_ONCE } from '../../src/store/push-clips.ts';
import { objectName } from '../../src/store/store.ts';
import { KEY } from './transfer-job.ts';
import type { TransferJob, TransferTook } from './transfer-job.ts';

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as TransferJob;
const startedAt = performance.now();
let told = 0;
const tell = (clips: number): void => {
  for (; told < clips; told += 1) writeSync(1, 'clip\n');
};
writeSync(1, 'begins\n');
if (job.kind === 'push' || job.kind === 'pull') await transfer(job.kind);
else await plain(job.kind);
const took: TransferTook = {
  seconds: (performance.now() - startedAt) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
writeSync(1, `${JSON.stringify(took)}\n`);

async function transfer(kind: 'push' | 'pull'): Promise<void> {
  const http = undiciHttp();
  const opened = await openStore({
    env: job.env,
    http,
    clock: systemClock,
    userAgent: 'rushes/test',
  });
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  const onProgress = ({ clips }: { readonly clips: number }): void => tell(clips);
  const done =
    kind === 'push'
      ? await pushClips(opened.store, job.clips, { onProgress })
      : await pullClips(opened.store, job.clips, {
          onProgress,
          partPathOf: ({ path }) => `${path}.part`,
          land: async (part, [clip]) => {
            await rename(part, (clip as LocalClip).path);
            return undefined;
          },
        });
  if (done.failure !== undefined || done.left.length > 0) throw new Error(JSON.stringify(done));
  await http.close();
}

async function plain(kind: 'plain-push' | 'plain-pull'): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const limit = pLimit(TRANSFERS_AT_ONCE);
  const base = `${job.env['AWS_ENDPOINT_URL_S3']}/${(job.env['RUSHES_STORE'] ?? '').slice(5)}/`;
  const one = async ({ path, sha256, bytes }: LocalClip): Promise<void> => {
    const method = kind === 'plain-push' ? 'PUT' : 'GET';
    const { url, headers } = await new AwsV4Signer({
      accessKeyId: KEY,
      secretAccessKey: KEY,
      method,
      url: base + objectName(sha256),
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      service: 's3',
      region: 'us-east-1',
    }).sign();
    await mkdir(dirname(path), { recursive: true });
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        url,
        {
          method,
          agent,
          headers: {
            ...Object.fromEntries(headers as Iterable<[string, string]>),
            ...(method === 'PUT' ? { 'content-length': bytes } : {}),
          },
        },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`${answer.statusCode}`));
          const ended =
            method === 'GET'
              ? pipeline(answer, createWriteStream(path))
              : (answer.resume(), Promise.resolve());
          ended.then(resolve, reject);
        },
      );
      sent.on('error', reject);
      if (method === 'PUT') createReadStream(path).pipe(sent);
      else sent.end();
    });
  };
  await Promise.all(job.clips.map((clip) => limit(() => one(clip))));
  agent.destroy();
}
