import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import type { Http } from '../../src/ports/http/http.ts';
import { openStore, storeSecrets } from '../../src/store/open-store.ts';
import { redactor } from '../../src/secrets/redact.ts';

const AWS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG',
  AWS_REGION: 'eu-central-1',
};
const SHA = 'a'.repeat(64);

/** Answers nothing, and keeps the addresses that it was asked for. */
function recordingHttp(): Http & { readonly urls: string[]; readonly regions: string[] } {
  const urls: string[] = [];
  const regions: string[] = [];
  return {
    urls,
    regions,
    request: (request) => {
      urls.push(request.url);
      regions.push(
        /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers['authorization'] ?? '')?.[1] ?? '',
      );
      return Promise.resolve({ kind: 'aborted', sent: false });
    },
    close: () => Promise.resolve(),
  };
}

const open = (env: Readonly<Record<string, string>>, http: Http = recordingHttp()) =>
  openStore({ env, http, clock: systemClock, userAgent: 'rushes/test' });

describe('the store of the environment', () => {
  test('none is named', async () => {
    expect(await open({})).toEqual({ kind: 'none' });
    expect(await open({ RUSHES_STORE: ' ' })).toEqual({ kind: 'none' });
  });

  test.each([
    ['gs://bucket', 'RUSHES_STORE has the unknown scheme gs:'],
    ['https://bucket.s3.amazonaws.com', 'RUSHES_STORE has the unknown scheme https:'],
    ['/srv/clips', 'RUSHES_STORE is not an address'],
    ['file:clips', 'RUSHES_STORE is not the address of a folder on this machine'],
    ['file://clips?x', 'RUSHES_STORE is not the address of a folder on this machine'],
    ['s3://', 'RUSHES_STORE does not name a bucket'],
    ['s3://key:secret@bucket', 'RUSHES_STORE does not name a bucket'],
    ['s3://bucket/a/../b', 'the prefix in RUSHES_STORE has an empty, "." or ".." step'],
    ['s3://bucket/a//b', 'the prefix in RUSHES_STORE has an empty, "." or ".." step'],
  ])('%s is no store', async (RUSHES_STORE, problem) => {
    expect(await open({ ...AWS, RUSHES_STORE })).toMatchObject({ kind: 'misconfigured', problem });
  });

  test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'a bucket without %s says which variable to set',
    async (name) => {
      expect(await open({ ...AWS, RUSHES_STORE: 's3://bucket', [name]: '' })).toEqual({
        kind: 'no-credentials',
        problem: `RUSHES_STORE names a bucket and ${name} is not set`,
        remedy: `Set ${name} (in GitHub Actions: aws-actions/configure-aws-credentials sets it).`,
      });
    },
  );

  test('a bucket of AWS needs a region, and an endpoint is an origin', async () => {
    const store = { ...AWS, RUSHES_STORE: 's3://bucket' };
    expect(await open({ ...store, AWS_REGION: '' })).toMatchObject({
      problem: 'RUSHES_STORE names a bucket of AWS and no region is set',
    });
    for (const AWS_ENDPOINT_URL_S3 of ['minio:9000', 'https://a.test/path', 'https://u:p@a.test'])
      expect(await open({ ...store, AWS_ENDPOINT_URL_S3 })).toMatchObject({
        problem: 'AWS_ENDPOINT_URL_S3 is not the address of a server',
      });
  });

  test.each([
    [
      { RUSHES_STORE: 's3://bucket/film' },
      `https://bucket.s3.eu-central-1.amazonaws.com/film/clips/${SHA}.mp4`,
      'eu-central-1',
    ],
    [
      { RUSHES_STORE: 's3://bucket.of.us' },
      `https://s3.eu-central-1.amazonaws.com/bucket.of.us/clips/${SHA}.mp4`,
      'eu-central-1',
    ],
    [
      { RUSHES_STORE: 's3://bucket/', AWS_REGION: 'cn-north-1' },
      `https://bucket.s3.cn-north-1.amazonaws.com.cn/clips/${SHA}.mp4`,
      'cn-north-1',
    ],
    [
      {
        RUSHES_STORE: 's3://bucket',
        AWS_REGION: '',
        AWS_ENDPOINT_URL_S3: 'https://x.r2.cloudflarestorage.com',
      },
      `https://x.r2.cloudflarestorage.com/bucket/clips/${SHA}.mp4`,
      'auto',
    ],
    [
      {
        RUSHES_STORE: 's3://bucket',
        AWS_REGION: '',
        AWS_ENDPOINT_URL: 'https://s3.eu-central-003.backblazeb2.com',
      },
      `https://s3.eu-central-003.backblazeb2.com/bucket/clips/${SHA}.mp4`,
      'eu-central-003',
    ],
    [
      { RUSHES_STORE: 's3://bucket', AWS_REGION: '', AWS_ENDPOINT_URL_S3: 'http://minio:9000/' },
      `http://minio:9000/bucket/clips/${SHA}.mp4`,
      'us-east-1',
    ],
  ])('%o is at %s', async (env, url, region) => {
    const http = recordingHttp();
    const opened = await open({ ...AWS, ...env }, http);
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    await opened.store.has({ sha256: SHA, bytes: 1 });
    expect(http.urls).toEqual([url]);
    expect(http.regions).toEqual([region]);
  });

  test('its credentials are secrets', () => {
    const redact = redactor(storeSecrets({ ...AWS, AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEBYaDK' }));
    const text = redact('AKIDEXAMPLE wJalrXUtnFEMI/K7MDENG FwoGZXIvYXdzEBYaDK eu-central-1');
    expect(text).toBe('[redacted] [redacted] [redacted] eu-central-1');
  });
});
