/**
 * The clips of the local gateway: slates in the size, length and sound that were asked for, drawn
 * when they are first fetched.
 */
import { createHash } from 'node:crypto';
import type { SlateSpec } from '../../clip/slate/slate.ts';
import type { AskedClip } from '../../models/model.ts';
import type { ClipRatio, Json, JsonObject, Resolution } from '../../scene.ts';
import type { Task } from '../task.ts';
import { fileMime, type StoredFile } from '../uploads/files.ts';

/** Width and height at 16:9. 1024p is the size that Sora names, not the exact ratio. */
const WIDE: Readonly<Record<Resolution, readonly [number, number]>> = {
  '480p': [854, 480],
  '720p': [1280, 720],
  '768p': [1366, 768],
  '1024p': [1792, 1024],
  '1080p': [1920, 1080],
  '2k': [2560, 1440],
  '4k': [3840, 2160],
};

function sizeOf(
  resolution: Resolution = '720p',
  ratio: ClipRatio = '16:9',
): { readonly width: number; readonly height: number } {
  const [long, short] = WIDE[resolution];
  const even = (side: number): number => Math.round(side / 2) * 2;
  switch (ratio) {
    case '16:9':
      return { width: long, height: short };
    case '9:16':
      return { width: short, height: long };
    case '1:1':
      return { width: short, height: short };
    case '4:3':
      return { width: even((short * 4) / 3), height: short };
    case '3:4':
      return { width: short, height: even((short * 4) / 3) };
    case '21:9':
      return { width: even((short * 21) / 9), height: short };
  }
}

/** The slate for a task. `scene`: its name, in place of the task id. */
export function slateOf(task: Task, scene: string | undefined): SlateSpec {
  const asked: AskedClip = task.asked;
  const right = sizeOf(asked.resolution, asked.ratio);
  const { width = right.width, height = right.height } = task.fate.clip ?? {};
  const seconds = Math.min(60, Math.max(1, Math.round(task.fate.clip?.seconds ?? asked.seconds)));
  // A model that does not say has sound, as sora-2.
  const audio = task.fate.clip?.audio ?? asked.audio ?? true;
  const images = Array.isArray(task.body['image_urls']) ? task.body['image_urls'].length : 0;
  const [picture] = task.pictures;
  const first = firstFrameOf(task);
  const details = [
    `${width}x${height}`,
    asked.ratio ?? 'shape of the image',
    `${seconds} s`,
    audio ? 'sound' : 'silent',
  ];
  if (images > 0) details.push(images === 1 ? 'first frame' : 'first and last frame');
  return {
    lines: {
      scene: scene ?? task.id,
      model: task.model.name,
      prompt: promptOf(task.body),
      details,
    },
    ...(picture === undefined ? {} : { background: shown(picture) }),
    ...(first === undefined ? {} : { opening: shown(first) }),
    width,
    height,
    seconds,
    audio,
  };
}

const shown = (file: StoredFile): NonNullable<SlateSpec['background']> => ({
  bytes: file.bytes,
  mime: fileMime(file),
});

/** The uploaded picture that the clip begins with, in the fields of both gateways. */
function firstFrameOf({ body, pictures }: Task): StoredFile | undefined {
  const [link] = [body['image_start'] ?? body['image_urls']].flat();
  return typeof link === 'string'
    ? pictures.find(({ token, sha256 }) => link.includes(token) || link.includes(sha256))
    : undefined;
}

/** The prompt, or the shots line by line: both gateways' places. */
function promptOf(body: JsonObject): string {
  const params = isObject(body['model_params']) ? body['model_params'] : {};
  const shots = body['multi_prompt'] ?? params['multi_prompt'];
  const prompt = said(body['prompt']);
  if (!Array.isArray(shots)) return prompt;
  const lines = (shots as readonly Json[])
    .filter(isObject)
    .map((shot, index) => `${index + 1} · ${said(shot['duration'])} s  ${said(shot['prompt'])}`);
  return [...(prompt === '' ? [] : [prompt]), ...lines].join('\n');
}

const said = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface DrawnClip {
  readonly bytes: Uint8Array;
  /** Quoted, strong. */
  readonly etag: string;
}

/** Bytes of clips that are kept: enough for the ranges and retries of some hundred downloads. */
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * Draws each slate once while it is needed, one at a time: on the drawing thread or, without a
 * thread, with answers to other requests between two pictures.
 */
export function openSlates(
  draw: (spec: SlateSpec) => Promise<Uint8Array>,
): (key: string, spec: () => SlateSpec) => Promise<DrawnClip> {
  const cache = new Map<string, Promise<DrawnClip>>();
  const sizes = new Map<string, number>();
  let held = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (key, spec) => {
    const known = cache.get(key);
    if (known !== undefined) {
      // Most recently used goes last.
      cache.delete(key);
      cache.set(key, known);
      return known;
    }
    const clip = last.then(async (): Promise<DrawnClip> => {
      const bytes = await draw(spec());
      sizes.set(key, bytes.length);
      held += bytes.length;
      for (const oldest of cache.keys()) {
        const size = sizes.get(oldest);
        if (held <= CACHE_BYTES || oldest === key) break;
        // Still to be drawn, and a request waits for it.
        if (size === undefined) continue;
        cache.delete(oldest);
        sizes.delete(oldest);
        held -= size;
      }
      return { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` };
    });
    last = clip.catch(() => cache.delete(key));
    cache.set(key, clip);
    return clip;
  };
}
