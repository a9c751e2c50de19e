import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { manifestJsonSchema } from '../../src/manifest/json-schema.ts';
import { onDiskUntilEnd } from './project-on-disk.ts';

/** The language server that editors use, over stdio as they do. */
class Server {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number | string, (result: unknown) => void>();
  #buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(folder: string) {
    const program = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
    this.#process = spawn(process.execPath, [program, '--stdio'], { cwd: folder });
    this.#process.stdout.on('data', (data: Buffer) => this.#read(data));
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** The next notification of that name about a file. */
  next(method: string, uri: string): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(`${method} ${uri}`, resolve));
  }

  stop(): void {
    this.#process.kill();
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const header = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(header, 0)).toString())?.[1]);
      if (header === -1 || this.#buffer.length < header + 4 + length) return;
      const text = this.#buffer.subarray(header + 4, header + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(header + 4 + length);
      this.#take(JSON.parse(text) as Message);
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method !== undefined && id !== undefined) {
      const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } };
      this.#send({ id, result: (params?.items ?? []).map(({ section }) => (section === 'yaml' ? settings : null)) });
      return;
    }
    const key = method === undefined ? (id ?? '') : `${method} ${params?.uri ?? ''}`;
    this.#waiting.get(key)?.(method === undefined ? result : params);
    this.#waiting.delete(key);
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly uri?: string; readonly items?: readonly { readonly section: string }[] };
}

const models = [
  {
    name: 'apimart/kling-v3',
    title: 'Kling V3',
    offers: { duration: [3, 5, 10], resolution: ['720p', '1080p'], aspect_ratio: ['16:9'], unsupported: [] },
    profiles: { legacy: 'The older page' },
    body: z.strictObject({ cfg_scale: z.number().optional() }),
  },
];
const schema = JSON.stringify(manifestJsonSchema(models));
const { folder, remove } = onDiskUntilEnd({ 'manifest.schema.json': schema });
const server = new Server(folder);
let files = 0;

beforeAll(async () => {
  const capabilities = {
    workspace: { configuration: true },
    textDocument: { publishDiagnostics: {}, completion: { completionItem: {} }, hover: { contentFormat: ['markdown'] } },
  };
  await server.request('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
  server.notify('initialized', {});
});
afterAll(() => {
  server.stop();
  remove();
});

/** Opens a manifest; `|` in it is the cursor. */
async function open(text: string): Promise<{ readonly uri: string; readonly position: object; readonly red: readonly string[] }> {
  const uri = pathToFileURL(path.join(folder, `film-${++files}.yaml`)).href;
  const whole = `# yaml-language-server: $schema=manifest.schema.json\nrushes: 1\n${text}`;
  const cursor = Math.max(whole.indexOf('|'), 0);
  const before = whole.slice(0, cursor).split('\n');
  const published = server.next('textDocument/publishDiagnostics', uri);
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text: whole.replace('|', '') } });
  const { diagnostics } = (await published) as {
    readonly diagnostics: readonly { readonly range: { readonly start: Position; readonly end: Position } }[];
  };
  const lines = whole.replace('|', '').split('\n');
  const red = diagnostics.map(
    ({ range: { start, end } }) => lines[start.line]?.slice(start.character, start.line === end.line ? end.character : undefined) ?? '',
  );
  return { uri, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 }, red };
}
interface Position {
  readonly line: number;
  readonly character: number;
}

async function completed(text: string): Promise<readonly string[]> {
  const { uri, position } = await open(text);
  const { items } = (await server.request('textDocument/completion', { textDocument: { uri }, position })) as {
    readonly items: readonly { readonly label: string }[];
  };
  return items.map(({ label }) => label);
}

const MODELS = 'models:\n  kling:\n    use: apimart/kling-v3\n';

test('keys are completed', async () => {
  expect(await completed(`${MODELS}scenes:\n  - id: a\n    |`)).toEqual(
    expect.arrayContaining(['prompt', 'duration', 'first_frame', 'matrix', 'rows', 'extends']),
  );
});

test('values are completed, those of the model where it is known', async () => {
  expect(await completed(`${MODELS}scenes:\n  - id: a\n    aspect_ratio: |\n`)).toEqual(expect.arrayContaining(['16:9', 'portrait']));
  expect(await completed('models:\n  kling:\n    use: |\n')).toEqual(expect.arrayContaining(['apimart/kling-v3']));
  expect(await completed(`${MODELS}    profile: |\n`)).toEqual(expect.arrayContaining(['legacy']));
});

test('a key explains itself under the mouse', async () => {
  const { uri, position } = await open(`${MODELS}scenes:\n  - id: a\n    dur|ation: 5\n`);
  const hover = await server.request('textDocument/hover', { textDocument: { uri }, position });
  expect(JSON.stringify(hover)).toContain('Whole seconds');
});

test.each<[string, string]>([
  ['scenes:\n  - id: a\n    promt: x\n', 'promt'],
  ['scenes:\n  - id: a\n    duration: "5"\n', '"5"'],
  ['scenes:\n  - id: a\n    audio: yes\n', 'yes'],
  ['scenes:\n  - id: a\n    aspect_ratio: 4:3\n', '4:3'],
  ['scenes:\n  - id: a\n    first_frame: crab.png\n', 'crab.png'],
  ['limits: { in_flight: many }\n', 'many'],
  ['    duration: 4\n', '4'],
])('a red line under the mistake: %j', async (text, expected) => {
  expect((await open(`${MODELS}${text}`)).red).toEqual([expected]);
});

test('no red line under what is right', async () => {
  const text = `${MODELS}x-shared: &shared { duration: 5 }\nscenes:\n  - id: w-\${{ matrix.n }}\n    <<: *shared\n    matrix: { n: [5, 10] }\n    duration: \${{ matrix.n }}\n    first_frame: null\n`;
  expect((await open(text)).red).toEqual([]);
});
