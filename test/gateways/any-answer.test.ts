import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openGateways } from '../../src/gateways/open.ts';
import { GATEWAYS, type GatewayName } from '../../src/ids.ts';
import type { Http, HttpResult } from '../../src/ports/http/http.ts';
import { ATTEMPT, KEY, NOW_MS, taskId } from './harness.ts';

const ID = taskId('task_01EXAMPLE00000000000000000');
const run = { seed: 20261120, numRuns: 400 };

/** Says the same thing to everything, without a socket. */
const saying = (result: HttpResult): Http => ({
  request: async () => result,
  close: async () => undefined,
});

const answering = (status: number, text: string, headers: Record<string, string> = {}): Http =>
  saying({
    kind: 'answer',
    status,
    headers,
    body: {
      text: async () => ({ text, complete: true }),
      discard: async () => undefined,
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
    },
  });

function gatewayOf(name: GatewayName, http: Http) {
  const opened = openGateways({
    env: { APIMART_API_KEY: KEY, EVOLINK_API_KEY: KEY },
    http,
    now: () => NOW_MS,
  }).get(name);
  if (opened === undefined || !('gateway' in opened)) throw new Error('not open');
  return opened.gateway;
}

const word = fc.constantFrom(
  'completed',
  'failed',
  'processing',
  ID,
  KEY,
  `https://u:${KEY}@cdn.example/a?sig=${KEY}`,
  'insufficient_quota',
  '__proto__',
  '\u001b[2J\u202e\n::error::x',
);
const names = fc.constantFrom(
  'code',
  'data',
  'error',
  'status',
  'task_id',
  'id',
  'message',
  'type',
  'param',
  'result',
  'results',
  'videos',
  'url',
  'usage',
  'cost',
  'billing',
);
/** JSON that looks like an answer, with every member of any type. */
const anyAnswer = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    word,
    fc.constantFrom(null, true, false, 0, -1, 200, 202, 400, 401, 404, 500, 1e308, ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
})).value;
const status = fc.constantFrom(
  200,
  200,
  202,
  204,
  301,
  400,
  401,
  402,
  403,
  404,
  408,
  409,
  418,
  429,
  500,
  502,
  503,
  504,
  599,
);

describe.each(GATEWAYS)('%s, whatever the answer', (name) => {
  test('nothing throws, no key and no control character comes through', async () => {
    await fc.assert(
      fc.asyncProperty(status, anyAnswer, async (code, json) => {
        const gateway = gatewayOf(
          name,
          answering(code, JSON.stringify(json), { 'x-request-id': KEY, 'retry-after': KEY }),
        );
        const [submitted, asked, ...others] = await Promise.all([
          gateway.submit({ body: '{}', attempt: ATTEMPT }),
          gateway.ask(ID),
          gateway.askMany([ID]),
          gateway.list(),
          gateway.balance(),
        ]);
        // Links are data: the clip is fetched with them, and nothing else sees them.
        const { links: _links, ...told } =
          asked.kind === 'completed' ? asked : { ...asked, links: [] };
        const bare = others.map((other) =>
          other instanceof Map ? [...other.values()].map(({ kind }) => kind) : other,
        );
        const text = JSON.stringify([submitted, told, bare]);
        expect(text).not.toContain(KEY);
        expect(text).not.toMatch(/\\u00[01]|\\n|\u202e/);
      }),
      run,
    );
  });

  test('only a task id is accepted, and only an error status or an error in the body refuses', async () => {
    await fc.assert(
      fc.asyncProperty(status, anyAnswer, async (code, json) => {
        const outcome = await gatewayOf(name, answering(code, JSON.stringify(json))).submit({
          body: '{}',
          attempt: ATTEMPT,
        });
        expect(outcome.kind).toMatch(
          code < 300 ? /^(?:accepted|refused|ambiguous)$/ : /^(?:refused|ambiguous)$/,
        );
      }),
      run,
    );
  });

  test('text that is no JSON is ambiguous to a submit and not known yet to an ask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }).filter((text) => !isJson(text)),
        async (text) => {
          const gateway = gatewayOf(name, answering(200, text));
          expect((await gateway.submit({ body: '{}', attempt: ATTEMPT })).kind).toBe('ambiguous');
          expect((await gateway.ask(ID)).kind).toBe('unreadable');
        },
      ),
      run,
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
