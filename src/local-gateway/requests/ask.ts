/**
 * Answers of a gateway about one, many or all of its tasks, and about the account. Free of side
 * effects but for the books.
 */
import { defined } from '../../defined.ts';
import type { GatewayName } from '../../ids.ts';
import { toUsd } from '../../money.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { type Answer, type Fault, failure, jsonAnswer } from '../answer.ts';
import { type Context, DIALECTS, spendable } from '../context.ts';
import type { LinkShape } from '../dialect.ts';
import { mediaUrl } from '../clips/media.ts';
import type { Action } from '../faults/script.ts';
import { newLink } from './submit.ts';
import { stateAt, type Task } from '../task.ts';

export interface AskRequest {
  readonly gateway: GatewayName;
  readonly owner: string;
  readonly requestId: string;
}
/** The right answer, the fault that the script applies, and the tasks that it is about. */
export type Asked = {
  readonly answer: Answer;
  readonly fault?: Fault;
  readonly tasks: readonly string[];
};

/** GET /v1/tasks/{id} */
export function askOne(
  context: Context,
  { gateway, owner, requestId }: AskRequest,
  id: string,
): Asked {
  const task = context.state.tasks.get(id);
  const known = task?.gateway === gateway ? task : undefined;
  const fault = context.rules.act({
    step: 'ask',
    gateway,
    task: id,
    ...(known === undefined ? {} : { model: known.model.native, body: known.bodyText }),
  });
  const asked = (answer: Answer): Asked => ({
    answer,
    tasks: [id],
    ...defined({ fault }),
  });
  const idProblem = DIALECTS[gateway].idProblem(id);
  if (idProblem !== undefined)
    return asked(failure(gateway, idProblem, requestId, { param: 'task_id' }));
  const now = context.clock.now();
  if (known === undefined || stateAt(known, now).state === 'forgotten')
    return asked(failure(gateway, 'task-not-found', requestId));
  if (known.owner !== owner) return asked(failure(gateway, 'permission', requestId));
  if (fault?.action.fault === 'forgotten') {
    return asked(
      failure(
        gateway,
        fault.action.status === 400 ? 'invalid-task-id' : 'task-not-found',
        requestId,
      ),
    );
  }
  const said = taskObject(context, known, fault?.action);
  const bare = fault?.action.fault === 'edit' && fault.action.unwrap === true;
  return asked(jsonAnswer(200, bare ? said : DIALECTS[gateway].envelope(said)));
}

const MOST_IN_A_BATCH = 50;
/** POST /v1/tasks/batch: tasks that are unknown here, or another key's, are left out. */
export function askMany(
  context: Context,
  { gateway, owner, requestId }: AskRequest,
  body: string,
): Asked {
  const ids = idsOf(body);
  const fault = context.rules.act({ step: 'batch', gateway, body });
  const asked = (answer: Answer, tasks: readonly string[] = []): Asked => ({
    answer,
    tasks,
    ...defined({ fault }),
  });
  if (gateway === 'apimart' || context.script.batch === false)
    return asked(failure(gateway, 'not-found', requestId));
  if (ids === undefined)
    return asked(
      failure(gateway, 'invalid', requestId, {
        message: 'task_ids: a list of texts',
        param: 'task_ids',
      }),
    );
  if (ids.length > MOST_IN_A_BATCH) {
    return asked(
      failure(gateway, 'invalid', requestId, {
        message: `task_ids: at most ${MOST_IN_A_BATCH}`,
        param: 'task_ids',
      }),
    );
  }
  const now = context.clock.now();
  const found = ids.flatMap((id) => {
    const task = context.state.tasks.get(id);
    return task?.gateway === gateway &&
      task.owner === owner &&
      stateAt(task, now).state !== 'forgotten'
      ? [task]
      : [];
  });
  return asked(
    jsonAnswer(200, { data: found.map((task) => taskObject(context, task, fault?.action)) }),
    ids,
  );
}

function idsOf(body: string): readonly string[] | undefined {
  try {
    const ids = (JSON.parse(body) as { task_ids?: unknown } | null)?.task_ids;
    return Array.isArray(ids) && ids.every((id) => typeof id === 'string') ? ids : undefined;
  } catch {
    return undefined;
  }
}

const PAGE_SIZE = 20;
/** GET /v1/tasks: newest first, without links. */
export function listTasks(
  context: Context,
  { gateway, owner, requestId }: AskRequest,
  query: URLSearchParams,
): Asked {
  const fault = context.rules.act({ step: 'list', gateway });
  const asked = (answer: Answer): Asked => ({
    answer,
    tasks: [],
    ...defined({ fault }),
  });
  if (gateway === 'apimart' || context.script.list === false)
    return asked(failure(gateway, 'not-found', requestId));
  const number = (name: string, fallback: number): number =>
    Math.max(1, Math.floor(Number(query.get(name) ?? fallback)) || fallback);
  const page = number('page', 1);
  const page_size = Math.min(MOST_IN_A_BATCH, number('page_size', PAGE_SIZE));
  const now = context.clock.now();
  const items: JsonObject[] = [];
  for (const task of context.state.tasks.values()) {
    if (task.gateway !== gateway || task.owner !== owner) continue;
    const said = DIALECTS[gateway].taskObject(task, now, '', 'none');
    if (
      ['status', 'type', 'model'].some(
        (field) => query.has(field) && !isWanted(field, query.get(field), said[field]),
      )
    )
      continue;
    const { id = '', status = '', model = '', type = '', created = 0 } = said;
    items.push({
      id,
      status,
      model,
      type,
      created_at: created,
      has_results: stateAt(task, now).state === 'completed',
      ...usedOf(said),
    });
  }
  items.reverse();
  const data = items.slice((page - 1) * page_size, page * page_size);
  return asked(jsonAnswer(200, { data, total: items.length, page, page_size }));
}

/** Who asks for what is being processed gets what waits for it, too (checks sheet 3.5). */
const isWanted = (field: string, wanted: string | null, said: Json | undefined): boolean =>
  wanted === said || (field === 'status' && wanted === 'processing' && said === 'pending');

function usedOf({ usage }: JsonObject): JsonObject {
  const used =
    typeof usage === 'object' && usage !== null && !Array.isArray(usage)
      ? (usage as JsonObject)['credits_used']
      : undefined;
  return { credits_used: used ?? 0 };
}

/** GET /v1/balance, /v1/user/balance, /v1/credits */
export function balance(context: Context, { gateway }: AskRequest): Asked {
  const fault = context.rules.act({ step: 'balance', gateway });
  const left = spendable(context, gateway);
  const body = DIALECTS[gateway].balance(
    left === undefined ? undefined : toUsd(left),
    toUsd(context.state.books.spent(gateway)),
  );
  return { answer: jsonAnswer(200, body), tasks: [], ...defined({ fault }) };
}

export function taskObject(context: Context, task: Task, action?: Action): JsonObject {
  const shape: LinkShape = action?.fault === 'links' ? action.shape : 'array';
  if (task.link.dead) task.link = newLink(context, task.link.serial + 1);
  const said = DIALECTS[task.gateway].taskObject(
    task,
    context.clock.now(),
    mediaUrl(context.origin, task),
    shape,
  );
  if (action?.fault !== 'edit') return said;
  return { ...without(said, new Set(action.omit)), ...(action.set as JsonObject | undefined) };
}

/** Leaves fields out at any depth. */
function without(value: JsonObject, names: ReadonlySet<string>): JsonObject {
  const walk = (part: Json): Json => {
    if (Array.isArray(part)) return (part as readonly Json[]).map(walk);
    return typeof part === 'object' && part !== null ? without(part as JsonObject, names) : part;
  };
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (names.has(name) ? [] : [[name, walk(part)]])),
  );
}
