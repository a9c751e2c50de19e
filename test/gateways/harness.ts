import { afterEach, beforeEach } from 'vitest';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { openGateways } from '../../src/gateways/open.ts';
import type { AttemptId, GatewayName, TaskId } from '../../src/ids.ts';
import { parseTaskId } from '../../src/ids.ts';
import type { Http } from '../../src/ports/http/http.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

export const KEY = 'sk-test-0123456789abcdef';
export const ATTEMPT = '0f1e2d3c-4b5a-4678-8a9b-0c1d2e3f4a5b' as AttemptId;
/** 2026-11-20T19:00:00Z. */
export const NOW_MS = 1_795_201_200_000;

export function taskId(text: string): TaskId {
  const id = parseTaskId(text);
  if (id === undefined) throw new Error(`${text} is not a task id`);
  return id;
}

/** A gateway against a base URL, with the key of these tests. */
export function openAt(name: GatewayName, baseUrl: string, http: Http): Gateway {
  const env = {
    APIMART_API_KEY: KEY,
    EVOLINK_API_KEY: KEY,
    APIMART_BASE_URL: baseUrl,
    EVOLINK_BASE_URL: baseUrl,
  };
  const opened = openGateways({ env, http, now: () => NOW_MS }).get(name);
  if (opened === undefined || !('gateway' in opened)) throw new Error(`${name} did not open`);
  return opened.gateway;
}

export interface Bench {
  server: ScriptedServer;
  http: Http;
  gateway: Gateway;
}

/** A scripted server and a gateway that talks to it, anew for each test of the file. */
export function bench(name: GatewayName): Bench {
  const parts = {} as Bench;
  beforeEach(async () => {
    parts.server = await scriptedServer();
    parts.http = undiciHttp();
    parts.gateway = openAt(name, parts.server.url, parts.http);
  });
  afterEach(async () => {
    await parts.http.close();
    await parts.server.close();
  });
  return parts;
}
