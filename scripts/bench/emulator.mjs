/**
 * A gateway for benchmarks, in a separate process: APIMart's and EvoLink's protocols, tasks of
 * known lengths, one clip for all. It counts what it is asked. Not strict: it measures.
 *
 * Messages from the parent: `{ lengths, progress, clip, padding? }` starts it, `report` asks for
 * the counts.
 */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';

const PROGRESS = {
  absent: () => undefined,
  honest: (share) => Math.floor(100 * share),
  coarse: (share) => 25 * Math.floor(4 * share),
  eager: (share) => Math.min(99, Math.floor(100 * Math.sqrt(share))),
  noisy: (share, random) =>
    Math.max(1, Math.min(99, Math.floor(100 * share + 40 * (random() - 0.5)))),
  random: (_share, random) => Math.floor(100 * random()),
};

process.once('message', ({ lengths, progress, clip, padding = 0 }) =>
  start(lengths, PROGRESS[progress], readFileSync(clip), padding),
);

/** `padding`: so many bytes are added to the clip, in a box that players skip. */
function start(lengths, progressOf, clip, padding) {
  const tasks = new Map();
  const books = {
    asks: 0,
    askRequests: 0,
    submits: 0,
    downloads: 0,
    firstSubmitAt: 0,
    lastByteAt: 0,
  };
  let random = 1;
  const next = () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647;

  const statusOf = (id, origin) => {
    books.asks += 1;
    const { startedAt, seconds } = tasks.get(id);
    const share = (performance.now() - startedAt) / 1_000 / seconds;
    if (share < 1) {
      const progress = progressOf(share, next);
      return { id, task_id: id, status: 'processing', ...(progress !== undefined && { progress }) };
    }
    const url = `${origin}/clips/${id}.mp4`;
    return {
      id,
      task_id: id,
      status: 'completed',
      progress: 100,
      results: [url],
      result: { videos: [{ url: [url], expires_at: Math.floor(Date.now() / 1_000) + 86_400 }] },
    };
  };

  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    const json = (body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { pathname } = new URL(request.url, origin);
      const isEvolink = pathname.startsWith('/evolink/');
      const path = pathname.replace(/^\/(evolink|apimart)/, '');
      if (path === '/v1/videos/generations') {
        const id = `task_${String(tasks.size).padStart(8, '0')}`;
        books.firstSubmitAt ||= Date.now();
        tasks.set(id, { startedAt: performance.now(), seconds: lengths[books.submits++] });
        return json(
          isEvolink
            ? { id, status: 'pending', created: Math.floor(Date.now() / 1_000) }
            : { code: 200, data: [{ status: 'submitted', task_id: id }] },
        );
      }
      if (path === '/v1/tasks/batch') {
        books.askRequests += 1;
        const { task_ids } = JSON.parse(Buffer.concat(parts).toString());
        return json({ data: task_ids.map((id) => statusOf(id, origin)) });
      }
      if (path.startsWith('/v1/tasks/')) {
        books.askRequests += 1;
        const status = statusOf(path.slice('/v1/tasks/'.length), origin);
        return json(isEvolink ? status : { code: 200, data: status });
      }
      if (path.startsWith('/clips/')) {
        books.downloads += 1;
        books.clipAskedAt = Date.now();
        response.setHeader('content-type', 'video/mp4');
        response.setHeader('content-length', clip.length + padding);
        response.write(clip);
        Readable.from(free(padding), { objectMode: false })
          .pipe(response)
          .on('finish', () => (books.lastByteAt = Date.now()));
        return;
      }
      response.statusCode = 404;
      json({ error: { message: 'not here' } });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', () => process.send(books));
}

/** A box `free` of so many bytes, in pieces. */
function* free(bytes) {
  if (bytes === 0) return;
  const header = Buffer.alloc(8);
  header.writeUInt32BE(bytes);
  header.write('free', 4);
  yield header;
  const piece = Buffer.alloc(256 * 1024);
  for (let left = bytes - header.length; left > 0; left -= piece.length)
    yield left < piece.length ? piece.subarray(0, left) : piece;
}
