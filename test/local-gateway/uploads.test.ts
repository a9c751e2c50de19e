/**
 * The file services of the embedded gateway: as strict as the provider sheet says, and stricter.
 */
import { describe, expect, test } from 'vitest';
import { png, sample } from '../pictures/sample-pictures.ts';
import { ask, call, handClock, KLING, post, type Said, start } from './helpers.ts';

const CRAB = sample('crab.png');

function form(bytes: Uint8Array, name = 'a.png', field = 'file'): FormData {
  const data = new FormData();
  data.set(field, new Blob([Buffer.from(bytes)]), name);
  return data;
}
const toApimart = (base: string, body: FormData): Promise<Said> =>
  call(`${base}/v1/uploads/images`, { method: 'POST', body });
const toEvolink = (base: string, body: FormData, uploadId?: string): Promise<Said> =>
  call(`${base}/api/v1/files/upload/stream`, {
    method: 'POST',
    body,
    headers: uploadId === undefined ? {} : { 'x-evo-upload-id': uploadId },
  });

describe('APIMart', () => {
  test('a good answer is bare, and its link gives the bytes for 72 hours', async () => {
    const clock = handClock();
    await using gateway = await start({ clock });
    const { status, json } = await toApimart(gateway.baseUrls.apimart, form(CRAB, 'crab.jpg'));
    expect(status).toBe(200);
    expect(json).toEqual({
      url: expect.stringMatching(/\/files\/apimart\/[0-9a-f]{32}\.png$/),
      filename: 'crab.jpg',
      content_type: 'image/png',
      bytes: CRAB.length,
      created_at: clock.now() / 1000,
    });
    const fetched = await fetch(json.url);
    expect(Buffer.compare(Buffer.from(await fetched.arrayBuffer()), CRAB)).toBe(0);
    clock.advance(72 * 3_600_000);
    expect((await fetch(json.url)).status).toBe(404);
  });

  test.each<[string, FormData | string, number, RegExp]>([
    ['no form', 'hello', 400, /multipart/],
    ['another field', form(CRAB, 'a.png', 'image'), 400, /unknown form field/],
    ['a PDF that is called .png', form(Buffer.from('%PDF-1.7'), 'a.png'), 400, /unsupported/],
    ['half a picture', form(CRAB.subarray(0, 900)), 400, /invalid image content/],
    ['too many bytes', form(Buffer.concat([CRAB, Buffer.alloc(20_971_520)])), 413, /exceeds/],
  ])('%s', async (_what, body, status, message) => {
    await using gateway = await start();
    const said = await call(`${gateway.baseUrls.apimart}/v1/uploads/images`, {
      method: 'POST',
      body,
    });
    expect(said.status).toBe(status);
    expect(said.json.error.message).toMatch(message);
    expect(gateway.books().events).toMatchObject([{ kind: 'upload', status }]);
  });
});

test('a link of an earlier start never leads to a picture of this one', async () => {
  const clock = handClock();
  const first = await start({ clock });
  const { json } = await toApimart(first.baseUrls.apimart, form(CRAB));
  const port = Number(new URL(first.url).port);
  await first.close();
  clock.advance(1);
  await using second = await start({ clock, port });
  const other = await toApimart(second.baseUrls.apimart, form(png(400, 400)));
  expect(other.json.url).not.toBe(json.url);
  expect((await fetch(json.url)).status).toBe(404);
});

describe('EvoLink', () => {
  const ID = 'rushes_0123456789abcdef';

  test('an id is one file: the same bytes give the same answer, other bytes are refused', async () => {
    await using gateway = await start();
    const first = await toEvolink(gateway.filesUrl, form(CRAB), ID);
    const again = await toEvolink(gateway.filesUrl, form(CRAB), ID);
    expect(first.json.data.file_id).toBe(again.json.data.file_id);
    const other = await toEvolink(gateway.filesUrl, form(png(400, 400)), ID);
    expect(other.json).toMatchObject({ success: false, code: 409 });
    const receipt = await call(`${gateway.filesUrl}/api/v1/files/upload-receipts/${ID}`);
    expect(receipt.json.data).toMatchObject({
      state: 'done',
      result_verified: true,
      file: { file_url: first.json.data.file_url, file_size: CRAB.length },
    });
    const none = await call(`${gateway.filesUrl}/api/v1/files/upload-receipts/${ID}x`);
    expect(none.status).toBe(404);
  });

  test('places are counted, and a deleted file frees one', async () => {
    await using gateway = await start({ script: { maxFiles: 1 } });
    const quota = async (): Promise<number> =>
      (await call(`${gateway.filesUrl}/api/v1/files/quota`)).json.data.remain_files;
    expect(await quota()).toBe(1);
    const { json } = await toEvolink(gateway.filesUrl, form(CRAB));
    expect(await quota()).toBe(0);
    expect((await toEvolink(gateway.filesUrl, form(CRAB))).json).toMatchObject({ code: 40003 });
    const address = `${gateway.filesUrl}/api/v1/files/${json.data.file_id}`;
    expect((await call(address, { method: 'DELETE' })).status).toBe(200);
    expect((await call(address, { method: 'DELETE' })).status).toBe(404);
    expect(await quota()).toBe(1);
  });

  test('a short-lived token stands for the key at the file service, and nowhere else', async () => {
    const clock = handClock();
    await using gateway = await start({ clock, keys: { evolink: ['test-key'] } });
    const base = gateway.baseUrls.evolink;
    const token = async (): Promise<Said> =>
      call(`${base}/v1/files/upload-token`, { method: 'POST' });
    const { json } = await token();
    expect(json).toEqual({
      upload_token: expect.stringMatching(/^evup_[0-9a-f]{32}$/),
      expires_at: clock.now() / 1000 + 60,
    });
    const headers = { authorization: `Bearer ${json.upload_token}` };
    const send = (): Promise<Said> =>
      call(`${gateway.filesUrl}/api/v1/files/upload/stream`, {
        method: 'POST',
        body: form(CRAB),
        headers: { ...headers, 'x-evo-upload-id': ID },
      });
    expect((await send()).json).toMatchObject({ success: true });
    // It is the key's file: the key sees the receipt.
    expect((await call(`${gateway.filesUrl}/api/v1/files/upload-receipts/${ID}`)).status).toBe(200);
    expect((await call(`${base}/v1/credits`, { headers })).status).toBe(401);
    expect((await call(`${base}/v1/files/upload-token`, { method: 'POST', headers })).status).toBe(
      401,
    );
    for (let time = 1; time < 30; time++) expect((await token()).status).toBe(200);
    expect((await token()).status).toBe(429);
    clock.advance(60_000);
    expect((await token()).status).toBe(200);
    expect((await send()).status).toBe(401);
  });

  test('base64, bare or as a data URL, and nothing else', async () => {
    await using gateway = await start();
    const send = (body: object): Promise<Said> =>
      call(`${gateway.filesUrl}/api/v1/files/upload/base64`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
    const data = CRAB.toString('base64');
    expect((await send({ base64_data: data })).json.data.mime_type).toBe('image/png');
    expect((await send({ base64_data: `data:image/png;base64,${data}` })).status).toBe(200);
    expect((await send({ base64_data: '%%%' })).status).toBe(400);
    expect((await send({ base64_data: data, url: 'x' })).json.msg).toMatch(/unknown field/);
    expect((await send({ base64_data: Buffer.from('text').toString('base64') })).json.code).toBe(
      40002,
    );
  });
});

describe('links in a request', () => {
  test('only those that were given out, and alive; a dead one fails the task for free', async () => {
    const clock = handClock();
    await using gateway = await start({ clock });
    const base = gateway.baseUrls.apimart;
    const { json } = await toApimart(base, form(CRAB));
    const send = (link: string): Promise<Said> => post(base, { ...KLING, image_urls: [link] });
    expect((await send(json.url)).status).toBe(200);
    expect((await send('https://example.com/a.png')).status).toBe(200);
    expect((await send(json.url.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status).toBe(400);
    expect((await send(`file:a.png#sha256:${'0'.repeat(64)}`)).status).toBe(400);
    clock.advance(72 * 3_600_000);
    const late = await send(json.url);
    expect(late.status).toBe(200);
    clock.advance(60_000);
    const { json: task } = await ask(base, late.json.data[0].task_id);
    expect(task.data).toMatchObject({ status: 'failed', error: { code: 'invalid_media_url' } });
    expect(gateway.books().events.at(-2)).toMatchObject({ kind: 'settled', charged: 0 });
  });
});
