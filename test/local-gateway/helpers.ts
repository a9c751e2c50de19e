/** A gateway with the real catalogue and a clock that stands still until it is moved. */
import { catalogue } from '../../src/models/catalogue.ts';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../src/local-gateway/server.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { JsonObject } from '../../src/scene.ts';

const START_MS = Date.parse('2026-11-20T17:00:00Z');

export interface HandClock extends Clock {
  advance(ms: number): void;
}
export function handClock(): HandClock {
  let now = START_MS;
  return {
    now: () => now,
    monotonic: () => now,
    // Waits of the gateway itself are over at once: what matters is their order.
    sleep: () => Promise.resolve(),
    advance: (ms) => void (now += ms),
  };
}

export const start = (options: Partial<LocalGatewayOptions> = {}): Promise<LocalGateway> =>
  startLocalGateway({ catalogue, ...options });

export const KLING: JsonObject = { model: 'kling-v3', prompt: 'A crab', duration: 5, mode: 'std' };
export const O3: JsonObject = {
  model: 'kling-o3-text-to-video',
  prompt: 'A crab',
  duration: 5,
  quality: '720p',
  sound: 'off',
};

export interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The answers under test have many shapes; each test says which.
  readonly json: ReturnType<typeof JSON.parse>;
}
export async function call(url: string, init: RequestInit = {}): Promise<Said> {
  const response = await fetch(url, {
    ...init,
    headers: { authorization: 'Bearer test-key', ...(init.headers as Record<string, string>) },
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}
export const post = (
  base: string,
  body: JsonObject | string,
  headers: Record<string, string> = {},
): Promise<Said> =>
  call(`${base}/v1/videos/generations`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
export const ask = (base: string, task: string): Promise<Said> => call(`${base}/v1/tasks/${task}`);
