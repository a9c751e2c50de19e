/**
 * Bodies that come compressed although they were not asked to: some proxies and media hosts
 * compress whatever passes. They are decoded as they stream, so that a small answer cannot become a
 * large one in memory: the reader stops at its own bound.
 */
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createUnzip } from 'node:zlib';
import { StreamedBody } from './streamed-body.ts';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createUnzip()],
  ['br', () => createBrotliDecompress()],
]);

/** A server may compress twice; more layers are an attack. */
const MOST_LAYERS = 2;

export type Decoded =
  /** As it came. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'decoded'; readonly body: StreamedBody }
  | { readonly kind: 'unknown'; readonly encoding: string };

/** `encoding`: the value of Content-Encoding. `timeoutMs`: of the decoded body. */
export function decodedBody(
  body: StreamedBody,
  encoding: string | undefined,
  timeoutMs: number,
): Decoded {
  if (encoding === undefined) return { kind: 'plain' };
  const layers = encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (layers.length === 0) return { kind: 'plain' };
  const makers = layers.reverse().map((name) => DECODERS.get(name));
  if (makers.length > MOST_LAYERS || makers.includes(undefined))
    return { kind: 'unknown', encoding: layers.reverse().join(', ').slice(0, 80) };
  let decoded: Readable = Readable.from(body, { objectMode: false });
  for (const make of makers) if (make !== undefined) decoded = joined(decoded, make());
  const end = decoded;
  const read = new StreamedBody(
    {
      pause: () => end.pause(),
      resume: () => end.resume(),
      destroy: () => end.destroy(),
    },
    timeoutMs,
  );
  end.on('data', (piece: Uint8Array) => read.push(piece));
  end.once('end', () => read.end());
  end.once('error', (error) => read.end(error));
  return { kind: 'decoded', body: read };
}

/** `pipe` passes on neither an error forwards nor an end backwards. */
function joined(from: Readable, to: Transform): Readable {
  from.once('error', (error) => to.destroy(error));
  from.once('close', () => {
    if (!from.readableEnded) to.destroy(new Error('the connection ended inside the body'));
  });
  to.once('close', () => from.destroy());
  to.on('error', () => undefined);
  return from.pipe(to);
}
