import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allSchemas } from '../../../src/commands/setup/schema.ts';
import { onDiskUntilEnd } from '../project-on-disk.ts';

/** The language server that editors use, over stdio as they do. */
class Server {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number | string, (result: unknown) => void>();
  #buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(folder: string) {
    const program = createRequire(import.meta.url).resolve(
      'yaml-language-server/bin/yaml-language-server',
    );
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
      const length = Number(
        /Content-Length: (\d+)/i.exec(
          this.#buffer.subarray(0, Math.max(header, 0)).toString(),
        )?.[1],
      );
      if (header === -1 || this.#buffer.length < header + 4 + length) return;
      const text = this.#buffer.subarray(header + 4, header + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(header + 4 + length);
      this.#take(JSON.parse(text) as Message);
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method !== undefined && id !== undefined) {
      const settings = {
        validate: true,
        completion: true,
        hover: true,
        schemaStore: { enable: false },
      };
      this.#send({
        id,
        result: (params?.items ?? []).map(({ section }) => (section === 'yaml' ? settings : null)),
      });
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
  readonly params?: {
    readonly uri?: string;
    readonly items?: readonly { readonly section: string }[];
  };
}

/** The schema as it is published, for the models as they are. */
const schema = JSON.stringify(allSchemas().get('manifest')?.());
const { folder, remove } = onDiskUntilEnd({ 'manifest.schema.json': schema });
const server = new Server(folder);
let files = 0;

beforeAll(async () => {
  const capabilities = {
    workspace: { configuration: true },
    textDocument: {
      publishDiagnostics: {},
      completion: { completionItem: {} },
      hover: { contentFormat: ['markdown'] },
    },
  };
  await server.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities,
  });
  server.notify('initialized', {});
});
afterAll(() => {
  server.stop();
  remove();
});

/** Opens a manifest; `|` in it is the cursor. */
async function open(
  text: string,
): Promise<{ readonly uri: string; readonly position: object; readonly red: readonly string[] }> {
  const uri = pathToFileURL(path.join(folder, `film-${++files}.yaml`)).href;
  const whole = `# yaml-language-server: $schema=manifest.schema.json\nrushes: 1\n${text}`;
  const cursor = Math.max(whole.indexOf('|'), 0);
  const before = whole.slice(0, cursor).split('\n');
  const published = server.next('textDocument/publishDiagnostics', uri);
  server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text: whole.replace('|', '') },
  });
  const { diagnostics } = (await published) as {
    readonly diagnostics: readonly {
      readonly range: { readonly start: Position; readonly end: Position };
    }[];
  };
  const lines = whole.replace('|', '').split('\n');
  const red = diagnostics.map(
    ({ range: { start, end } }) =>
      lines[start.line]?.slice(
        start.character,
        start.line === end.line ? end.character : undefined,
      ) ?? '',
  );
  return { uri, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 }, red };
}
interface Position {
  readonly line: number;
  readonly character: number;
}

async function completed(text: string): Promise<readonly string[]> {
  const { uri, position } = await open(text);
  const { items } = (await server.request('textDocument/completion', {
    textDocument: { uri },
    position,
  })) as {
    readonly items: readonly { readonly label: string }[];
  };
  return items.map(({ label }) => label);
}

const MODELS = 'models:\n  kling:\n    use: apimart/kling-v3\n';
const SCENE = `${MODELS}scenes:\n  - id: a\n`;

test.concurrent.each<[string, string, readonly string[]]>([
  [
    'at the top',
    '|',
    [
      'project',
      'vars',
      'models',
      'limits',
      'budget',
      'defaults',
      'scenes',
      'include',
      'output',
      'retries',
      'prices',
      'moved',
      'on_mismatch',
    ],
  ],
  [
    'of a model',
    `${MODELS}    |`,
    ['profile', 'resolution', 'duration', 'params', 'fit', 'drop', 'notify'],
  ],
  [
    'of limits',
    `${MODELS}limits:\n  |`,
    ['in_flight', 'gateways', 'models', 'downloads', 'deadline'],
  ],
  ['of the gateways', `${MODELS}limits:\n  gateways:\n    |`, ['apimart', 'evolink']],
  [
    'of one gateway',
    `${MODELS}limits:\n  gateways:\n    apimart:\n      |`,
    ['in_flight', 'submits_per_minute'],
  ],
  [
    'of the limits of an alias',
    `${MODELS}limits:\n  models:\n    kling:\n      |`,
    ['in_flight', 'submits_per_minute'],
  ],
  ['of a budget', `${MODELS}budget:\n  |`, ['usd', 'unpriced']],
  ['of a price', `${MODELS}prices:\n  kling:\n    |`, ['usd_per_second', 'usd_per_clip']],
  ['of retries', `${MODELS}retries:\n  |`, ['service', 'timeout']],
  ['of a move', `${MODELS}moved:\n  - |`, ['from', 'to']],
  ['of a var', `${MODELS}vars:\n  style:\n    |`, ['default', 'type', 'description']],
  [
    'of defaults',
    `${MODELS}defaults:\n  |`,
    ['prompt', 'aspect_ratio', 'duration', 'audio', 'params'],
  ],
  [
    'of a scene',
    `${SCENE}    |`,
    [
      'prompt',
      'duration',
      'first_frame',
      'matrix',
      'rows',
      'extends',
      'takes',
      'overrides',
      'tags',
      'skip',
      'revision',
    ],
  ],
  [
    'of an override',
    `${SCENE}    overrides:\n      kling:\n        |`,
    ['prompt', 'duration', 'params', 'fit'],
  ],
  ['of a matrix', `${SCENE}    matrix:\n      |`, ['exclude', 'include']],
  ['of a shot', `${SCENE}    shots:\n      - |`, ['prompt', 'duration']],
  ['of an element', `${SCENE}    elements:\n      - |`, ['name', 'description', 'images', 'ids']],
  [
    'of the ids of an element',
    `${SCENE}    elements:\n      - name: dog\n        ids:\n          |`,
    ['evolink'],
  ],
  ['of a prompt in a file', `${SCENE}    prompt:\n      |`, ['file']],
  [
    'of the params of a known model',
    `${MODELS}    params:\n      |`,
    ['negative_prompt', 'mode', 'multi_shot', 'webhook', 'nsfw_check'],
  ],
])('keys are completed: %s', async (_, text, keys) => {
  expect(await completed(text)).toEqual(expect.arrayContaining([...keys]));
});

test.concurrent.each<[string, string, readonly string[]]>([
  [
    'the models',
    'models:\n  kling:\n    use: |\n',
    [
      'apimart/kling-v3',
      'apimart/kling-v2-6',
      'apimart/sora-2',
      'apimart/sora-2-pro',
      'evolink/kling-o3-text-to-video',
    ],
  ],
  ['a profile of the model', `${MODELS}    profile: |\n`, ['legacy']],
  ['a resolution of the model', `${MODELS}    resolution: |\n`, ['720p', '1080p', '4k']],
  [
    'a length of the model',
    'models:\n  sora:\n    use: apimart/sora-2\n    duration: |\n',
    ['4', '8', '12', '16', '20'],
  ],
  ['a native value', `${MODELS}    params:\n      mode: |\n`, ['std', 'pro', '4k']],
  [
    'a ratio',
    `${SCENE}    aspect_ratio: |\n`,
    ['16:9', '9:16', '1:1', 'landscape', 'portrait', 'square'],
  ],
  ['a resolution', `${SCENE}    resolution: |\n`, ['720p', '1024p', '1080p', '4k']],
  ['a truth', `${SCENE}    audio: |\n`, ['true', 'false']],
  ['shots', `${SCENE}    shots: |\n`, ['auto']],
  ['fit', `${SCENE}    fit: |\n`, ['nearest']],
  ['drop', `${SCENE}    drop:\n      - |\n`, ['negative_prompt', 'audio', 'watermark', 'elements']],
  [
    'the type of a var',
    `${MODELS}vars:\n  style:\n    type: |\n`,
    ['string', 'integer', 'number', 'boolean', 'list'],
  ],
  ['what a mismatch means', `${MODELS}on_mismatch: |\n`, ['warn', 'fail']],
])('values are completed: %s', async (_, text, values) => {
  expect(await completed(text)).toEqual(expect.arrayContaining([...values]));
});

test('values that the model does not offer are not completed', async () => {
  const offered = await completed('models:\n  sora:\n    use: apimart/sora-2\n    resolution: |\n');
  expect(offered).toContain('720p');
  // The list of all models' values stands beside that of the one: what it refuses is underlined.
  expect(
    (await open('models:\n  sora:\n    use: apimart/sora-2\n    resolution: 4k\n')).red,
  ).toEqual(['4k']);
});

test.concurrent.each<[string, string, string]>([
  ['a section', `${MODELS}lim|its: {}\n`, 'Limits on tasks and downloads at the same time'],
  ['a model', 'models:\n  kling:\n    u|se: apimart/kling-v3\n', 'The model: gateway/name'],
  ['a word', `${SCENE}    dur|ation: 5\n`, 'Whole seconds'],
  [
    'a word of a shot',
    `${SCENE}    shots:\n      - pro|mpt: x\n        duration: 5\n`,
    'Content of this shot',
  ],
  ['a native field', `${MODELS}    params:\n      mo|de: pro\n`, '1080p'],
  [
    'a setting of an override',
    `${SCENE}    overrides:\n      kling:\n        ta|gs: x\n        fi|t: nearest\n`.replace(
      'ta|gs: x\n        ',
      '',
    ),
    'nearest offered',
  ],
  ['a price', `${MODELS}prices:\n  kling:\n    usd_per_s|econd: 1\n`, 'US dollars for each second'],
])('a key explains itself under the mouse: %s', async (_, text, words) => {
  const { uri, position } = await open(text);
  const hover = await server.request('textDocument/hover', { textDocument: { uri }, position });
  expect(JSON.stringify(hover)).toContain(words);
});

test.concurrent.each<[string, string, readonly string[]]>([
  ['an unknown section', `${MODELS}limit: {}\n`, ['limit']],
  ['an unknown key of a scene', `${SCENE}    promt: x\n`, ['promt']],
  ['an unknown key of a model', `${MODELS}    resolutoin: 720p\n`, ['resolutoin']],
  [
    'an unknown key of a shot',
    `${SCENE}    shots:\n      - { prompt: x, duration: 5, lenght: 5 }\n`,
    ['lenght'],
  ],
  ['an unknown key of an override', `${SCENE}    overrides: { kling: { promt: x } }\n`, ['promt']],
  ['a number in quotes', `${SCENE}    duration: "5"\n`, ['"5"']],
  ['a length with its unit', `${SCENE}    duration: 5s\n`, ['5s']],
  ['half a second', `${SCENE}    duration: 5.5\n`, ['5.5']],
  ['yes for true', `${SCENE}    audio: yes\n`, ['yes']],
  ['a ratio that is none', `${SCENE}    aspect_ratio: 5:4\n`, ['5:4']],
  ['a resolution without its p', `${SCENE}    resolution: 1080\n`, ['1080']],
  ['a file as a link', `${SCENE}    first_frame: file:///crab.png\n`, ['file:///crab.png']],
  ['an id with a blank', `${MODELS}scenes:\n  - id: big crab\n`, ['big crab']],
  ['a scene without an id', `${MODELS}scenes:\n  - prompt: x\n`, ['p']],
  ['a shot without its length', `${SCENE}    shots: [{ prompt: x }]\n`, ['{']],
  ['models that are no list', `${SCENE}    models: kling\n`, ['kling']],
  ['no takes', `${SCENE}    takes: 0\n`, ['0']],
  ['a fit that is none', `${SCENE}    fit: closest\n`, ['closest']],
  ['a word to drop that is none', `${SCENE}    drop: [negativ_prompt]\n`, ['negativ_prompt']],
  ['many for a number', `${MODELS}limits: { in_flight: many }\n`, ['many']],
  ['a gateway that is none', `${MODELS}limits: { gateways: { evolnk: {} } }\n`, ['evolnk']],
  ['a budget that is a number', `${MODELS}budget: 25\n`, ['25']],
  ['a price of two kinds', `${MODELS}prices: { kling: { usd_per_month: 1 } }\n`, ['usd_per_month']],
  ['a var of no type', `${MODELS}vars: { style: { type: text } }\n`, ['text']],
  ['a mismatch that is none', `${MODELS}on_mismatch: warm\n`, ['warm']],
  ['a model that is none', 'models:\n  kling:\n    use: apimart/kling-v4\n', ['apimart/kling-v4']],
  ['an alias without a model', 'models:\n  kling:\n    resolution: 720p\n', ['kling']],
  ['a length that the model does not make', `${MODELS}    duration: 2\n`, ['2']],
  ['a profile that the model does not have', `${MODELS}    profile: old\n`, ['old']],
  ['a native field that the model does not have', `${MODELS}    params: { cfg: 1 }\n`, ['cfg']],
  [
    'a native value that the model does not have',
    `${MODELS}    params: { mode: best }\n`,
    ['best'],
  ],
  ['no models', 'scenes: []\n', ['r']],
  ['a key twice', `${SCENE}    duration: 5\n    duration: 8\n`, ['duration: 8']],
])('a red line under the mistake: %s', async (_, text, expected) => {
  const { red } = await open(text);
  // A value of the wrong type and of no known value is underlined twice.
  expect([...new Set(red.map((one) => one.trim()))]).toEqual(expected);
});

test('no red line under what is right', async () => {
  const text = `${MODELS}x-shared: &shared { duration: 5 }\nscenes:\n  - id: w-\${{ matrix.n }}\n    <<: *shared\n    matrix: { n: [5, 10] }\n    duration: \${{ matrix.n }}\n    first_frame: null\n`;
  expect((await open(text)).red).toEqual([]);
});

test('no red line in any example of the repository', async () => {
  const examples = path.join(import.meta.dirname, '../../../manifests');
  for (const name of readdirSync(examples).filter((file) => file.endsWith('.yaml'))) {
    const text = readFileSync(path.join(examples, name), 'utf8')
      .replace(/^# yaml-language-server.*\n/, '')
      .replace(/^rushes: 1\n/m, '');
    expect({ name, red: (await open(text.replaceAll('|', '¦'))).red }).toEqual({ name, red: [] });
  }
});
