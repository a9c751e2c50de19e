/**
 * POST /v1/videos/generations: stricter than the real services, and honest in its books about what
 * was accepted.
 */
import { defined } from '../../defined.ts';
import type { GatewayName } from '../../ids.ts';
import type { Model, ModelSettings, RuleFinding } from '../../models/model.ts';
import type { JsonObject } from '../../scene.ts';
import { type Answer, type Fault, failure, jsonAnswer } from '../answer.ts';
import { type Context, DIALECTS, findModel, spendable } from '../context.ts';
import type { ErrorName } from '../answers/errors.ts';
import type { Action } from '../faults/script.ts';
import type { Task } from '../task.ts';
import { type BodyLinks, linksInBody } from '../uploads/links-in-body.ts';

export interface SubmitRequest {
  readonly gateway: GatewayName;
  /** The API key. */
  readonly owner: string;
  readonly idempotencyKey?: string;
  readonly contentType: string;
  /** APIMart: the header that asks for the newest form of the answer. */
  readonly isVersioned: boolean;
  readonly body: string;
  readonly requestId: string;
}

/** The answer, before the script has done its worst to it. */
export function submit(
  context: Context,
  request: SubmitRequest,
): { readonly answer: Answer; readonly fault?: Fault } {
  const { state, clock } = context;
  const { gateway, idempotencyKey, body, requestId } = request;
  const json = parseBody(body);
  const fault = context.rules.act({
    step: 'submit',
    gateway,
    body,
    ...(typeof json?.['model'] === 'string' ? { model: json['model'] } : {}),
  });
  const note = (
    outcome: 'accepted' | 'replayed' | 'refused' | 'not-reached',
    more: { task?: string; status?: number } = {},
  ): void =>
    state.books.note({
      kind: 'submit',
      at: clock.now(),
      gateway,
      body,
      outcome,
      ...defined({ idempotencyKey }),
      ...(fault === undefined ? {} : { rule: fault.rule }),
      ...more,
    });
  const withFault = fault === undefined ? {} : { fault };
  if (fault !== undefined && !reachesTheDesk(fault.action)) {
    note('not-reached');
    return { answer: failure(gateway, 'server', requestId), ...withFault };
  }

  const refused = (name: ErrorName, message?: string, param?: string) => {
    const answer = failure(gateway, name, requestId, {
      ...defined({ message, param }),
    });
    note('refused', { status: answer.status });
    // A refusal is answered plainly: the script's answer belongs to an accepted task.
    return { answer };
  };
  if (!/^application\/json\b/i.test(request.contentType))
    return refused('invalid', 'Content-Type: application/json is required');
  if (json === undefined) return refused('invalid', 'the body is not a JSON object');
  const keyProblem =
    idempotencyKey === undefined ? undefined : DIALECTS[gateway].keyProblem(idempotencyKey);
  if (keyProblem !== undefined) return refused('invalid', keyProblem);

  const known =
    idempotencyKey === undefined || context.script.idempotency === 'ignored'
      ? undefined
      : state.byKey.get(keyOf(request, idempotencyKey));
  if (known !== undefined) {
    if (known.bodyText !== body) return refused('idempotency-reused');
    note('replayed', { task: known.id });
    return {
      answer: accepted(known, fault?.action, { replayed: true, isVersioned: request.isVersioned }),
      ...withFault,
    };
  }

  const model = findModel(context.catalogue, gateway, json['model']);
  if (model === undefined)
    return refused(
      'model-gone',
      `the model ${JSON.stringify(json['model'] ?? null)} is not available`,
      'model',
    );
  const links = linksInBody(context, json);
  if (links.problem !== undefined)
    return refused('invalid', links.problem.message, links.problem.path.join('.'));
  const settings: ModelSettings = {
    pictureOf: (placeholder) => links.files.get(placeholder)?.facts,
  };
  const breach =
    context.script.bodies === 'legacy'
      ? legacyBreach(model, links.body, settings)
      : newestBreach(model, links.body, settings);
  if (breach !== undefined) return refused('invalid', breach.message, breach.path.join('.'));

  if (state.books.running(gateway) >= (context.script.inFlight ?? Number.POSITIVE_INFINITY))
    return refused('rate-limited');
  const price = model.price(json);
  const left = spendable(context, gateway);
  if (left !== undefined && (left <= 0 || left < (price.kind === 'unknown' ? 0 : price.usd)))
    return refused('balance');
  const task = newTask(context, request, json, model, links);
  state.tasks.set(task.id, task);
  if (idempotencyKey !== undefined) state.byKey.set(keyOf(request, idempotencyKey), task);
  state.books.accept(task);
  context.onAccepted(task);
  note('accepted', { task: task.id });
  return {
    answer: accepted(task, fault?.action, { replayed: false, isVersioned: request.isVersioned }),
    ...withFault,
  };
}

const newestBreach = (
  model: Model,
  body: JsonObject,
  settings: ModelSettings,
): RuleFinding | undefined =>
  model.check(body, settings).find(({ verdict }) => verdict === 'refuse');

/** What the older page adds only warns in a plan; a server of that generation would refuse it. */
function legacyBreach(
  model: Model,
  body: JsonObject,
  settings: ModelSettings,
): RuleFinding | undefined {
  if (!('legacy' in model.profiles)) return newestBreach(model, body, settings);
  const keyOf = ({ rule, verdict }: RuleFinding): string => `${rule} ${verdict}`;
  const newest = new Set(model.check(body, settings).map(keyOf));
  return model
    .check(body, { ...settings, profile: 'legacy' })
    .find(
      (finding) =>
        finding.verdict === 'refuse' || (finding.verdict === 'warn' && !newest.has(keyOf(finding))),
    );
}

/** Whether the request is handled although its answer goes wrong. */
function reachesTheDesk(action: Action): boolean {
  if ('accepted' in action) return action.accepted === true;
  return ['slow', 'truncated-json', 'submit-shape', 'no-id', 'odd-id'].includes(action.fault);
}

function newTask(
  context: Context,
  { gateway, owner, idempotencyKey, body: bodyText }: SubmitRequest,
  body: JsonObject,
  model: Model,
  links: BodyLinks,
): Task {
  const { state, clock } = context;
  const now = clock.now();
  let id = DIALECTS[gateway].newTaskId(now, state.random);
  while (state.tasks.has(id)) id = DIALECTS[gateway].newTaskId(now, state.random);
  const asked = model.asked(body);
  const price = model.price(body);
  const decided = context.rules.act({
    step: 'task',
    gateway,
    model: model.native,
    task: id,
    body: bodyText,
  })?.action;
  const fate: Task['fate'] = {
    ...(decided?.fault === 'fate' ? decided : {}),
    ...(links.dead === true ? DEAD_LINK : {}),
  };
  const seconds = fate.seconds ?? context.secondsOf(model, asked);
  return {
    id,
    gateway,
    model,
    owner,
    ...defined({ idempotencyKey }),
    body,
    bodyText,
    asked,
    pictures: [...links.files.values()],
    acceptedAtMs: now,
    endsAtMs: fate.end === 'stuck' ? Number.POSITIVE_INFINITY : now + seconds * 1000,
    fate,
    ...(price.kind === 'unknown'
      ? {}
      : {
          price: {
            usd: price.usd,
            ...defined({ credits: price.credits }),
          },
        }),
    link: newLink(context, 1),
  };
}

/** A task whose picture can no longer be read fails and costs nothing. */
const DEAD_LINK: Task['fate'] = {
  end: 'failed',
  error: {
    code: 'invalid_media_url',
    type: 'invalid_request_error',
    message: 'the image could not be read: the link does not exist or has expired',
  },
};

/** A link that cannot be guessed, like the real ones. */
export const newLink = ({ state }: Context, serial: number): Task['link'] => ({
  token: state.random.text(24, '0123456789abcdef'),
  dead: false,
  serial,
});

function accepted(
  task: Task,
  action: Action | undefined,
  { replayed, isVersioned }: { readonly replayed: boolean; readonly isVersioned: boolean },
): Answer {
  const { status, body, headers } = DIALECTS[task.gateway].submitted(task, {
    replayed,
    shape:
      action?.fault === 'submit-shape' ? action.shape : isVersioned ? 'generation-task' : 'array',
    ...(action?.fault === 'no-id'
      ? { id: null }
      : action?.fault === 'odd-id'
        ? { id: action.id }
        : {}),
  });
  return jsonAnswer(status, body, headers);
}

const keyOf = ({ gateway, owner }: SubmitRequest, idempotencyKey: string): string =>
  JSON.stringify([gateway, owner, idempotencyKey]);

function parseBody(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
