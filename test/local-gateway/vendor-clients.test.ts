/**
 * What the vendors' own public clients ask, step by step, and what they demand of each answer:
 * APIMart's media skill (apimart-ai/apimart-skills, read 2026-11-30) and EvoLink's MCP server
 * (@evolinkai/evolink-media 1.2.1 of npm, which was run against this gateway the same day).
 */
import { expect, test } from 'vitest';
import { sample } from '../pictures/sample-pictures.ts';
import { call, handClock, KLING, O3, type Said, start } from './helpers.ts';

const CRAB = sample('crab.png');
const LINK = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//) as unknown;
const TEXT = expect.stringMatching(/./) as unknown;
const WHOLE = expect.any(Number) as unknown;

const form = (): FormData => {
  const data = new FormData();
  data.append('file', new Blob([Buffer.from(CRAB)], { type: 'image/png' }), 'crab.png');
  return data;
};
const asJson = (body: object): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

test("APIMart's media skill: models, docs, schema, upload, video, the same again, task", async () => {
  const clock = handClock();
  await using gateway = await start({ clock, taskSeconds: 60 });
  const to = (path: string, init: RequestInit = {}): Promise<Said> =>
    call(`${gateway.baseUrls.apimart}/v1/${path}`, {
      redirect: 'error',
      ...init,
      headers: { accept: 'application/json', ...(init.headers as Record<string, string>) },
    });
  const { data } = (await to('models')).json;
  expect(data).toContainEqual(expect.objectContaining({ id: 'kling-v3' }));
  expect((await to('model-docs?model=kling-v3')).json).toEqual({
    object: 'model.documentation',
    model: 'kling-v3',
    doc_url: LINK,
    markdown_url: LINK,
    markdown: expect.stringMatching(/^# \S/) as unknown,
    fetched_at: clock.now() / 1000,
    cache_ttl_seconds: 604_800,
    stale: false,
  });
  expect((await to('model-docs?model=nothing')).status).toBe(404);
  const schema = await to('model-schema?model=kling-v3&operation=video_generation');
  expect(schema.json).toMatchObject({
    model: 'kling-v3',
    operation: 'video_generation',
    input_schema: { type: 'object' },
  });
  const uploaded = await to('uploads/images', { method: 'POST', body: form() });
  expect(uploaded.json).toEqual({
    url: LINK,
    filename: 'crab.png',
    content_type: 'image/png',
    bytes: CRAB.length,
    created_at: WHOLE,
  });
  const { headers, ...video } = asJson({ ...KLING, image_urls: [uploaded.json.url] });
  const generate = (): Promise<Said> =>
    to('videos/generations', {
      ...video,
      headers: {
        ...(headers as Record<string, string>),
        'Idempotency-Key': '0f1e0000-0000-4000-8000-000000000001',
        'X-APIMart-Response-Version': '2026-07-27',
      },
    });
  const first = await generate();
  expect(first.json).toMatchObject({
    request_id: TEXT,
    data: { object: 'generation.task', id: TEXT, status: TEXT },
  });
  const again = await generate();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.json.data.id).toBe(first.json.data.id);
  const task = `tasks/${encodeURIComponent(first.json.data.id)}?language=ko`;
  expect((await to(task)).json.data).toMatchObject({
    id: first.json.data.id,
    status: expect.not.stringMatching(/^(?:completed|failed)$/) as unknown,
  });
  clock.advance(61_000);
  expect((await to(task)).json.data).toMatchObject({ status: 'completed' });
  // An error is an object with words and a code.
  expect(
    (await to('videos/generations', asJson({ ...KLING, model: 'nothing' }))).json,
  ).toMatchObject({ error: { message: TEXT, type: TEXT } });
  expect(gateway.books().accepted).toHaveLength(1);
});

test("EvoLink's MCP server: files in and out, video, task", async () => {
  const clock = handClock();
  await using gateway = await start({ clock, taskSeconds: 60 });
  const files = (path: string, init?: RequestInit): Promise<Said> =>
    call(`${gateway.filesUrl}/api/v1/files/${path}`, init);
  const stored = {
    file_id: TEXT,
    file_name: TEXT,
    original_name: TEXT,
    file_size: CRAB.length,
    mime_type: 'image/png',
    file_url: LINK,
    download_url: LINK,
    expires_at: TEXT,
    upload_time: TEXT,
  };
  const base64 = { base64_data: Buffer.from(CRAB).toString('base64'), file_name: 'b.png' };
  const uploads = [
    await files('upload/stream', { method: 'POST', body: form() }),
    await files('upload/base64', asJson(base64)),
  ];
  for (const { json } of uploads) expect(json).toMatchObject({ success: true, data: stored });
  expect((await files('quota')).json.data).toMatchObject({
    used_files: 2,
    max_files: WHOLE,
    remain_files: WHOLE,
    user_group: TEXT,
  });
  const list = async (page: number): Promise<unknown> =>
    (await files(`list?page=${page}&pageSize=1`)).json.data;
  expect(await list(1)).toMatchObject({ total: 2, files: [{ original_name: 'crab.png' }] });
  expect(await list(2)).toMatchObject({ total: 2, files: [{ original_name: 'b.png' }] });
  expect(await list(3)).toMatchObject({ total: 2, files: [] });
  const [{ json: first }] = uploads as [Said, Said];
  expect((await files(first.data.file_id, { method: 'DELETE' })).json).toMatchObject({
    success: true,
  });
  expect(await list(1)).toMatchObject({ total: 1, files: [{ original_name: 'b.png' }] });

  const api = (path: string, init?: RequestInit): Promise<Said> =>
    call(`${gateway.baseUrls.evolink}/v1/${path}`, init);
  const { json: task } = await api('videos/generations', asJson(O3));
  expect(task).toMatchObject({
    id: TEXT,
    task_info: { estimated_time: WHOLE },
    usage: { credits_reserved: 27, billing_rule: 'per_second' },
  });
  expect((await api(`tasks/${task.id}`)).json).toMatchObject({
    id: task.id,
    model: O3['model'],
    status: expect.stringMatching(/^(?:pending|processing)$/) as unknown,
    progress: WHOLE,
  });
  clock.advance(61_000);
  expect((await api(`tasks/${task.id}`)).json).toMatchObject({
    status: 'completed',
    progress: 100,
    results: [LINK],
  });
});
