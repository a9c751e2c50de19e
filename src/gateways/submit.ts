/**
 * From the answer of a submit to its outcome. Both gateways: an accepted answer has a task id, and
 * {@link submitVerdict} decides everything else.
 */
import type { TaskId } from '../ids.ts';
import type { Redact } from '../secrets/redact.ts';
import { errorOf, type GatewayError } from './answers/error-body.ts';
import type { Cost, SubmitOutcome } from './gateway.ts';
import type { Answer, Exchange } from './http.ts';
import { asObject, asSeconds, asText, type Json, unwrapped } from './answers/json.ts';
import { submitVerdict, type Verdict } from './answers/refusal.ts';
import { modelIn, spoken, taskIdOf } from './answers/sanitize.ts';

interface SubmitReading {
  readonly redact: Redact;
  /** Money that the gateway says it has set aside, where it says so. */
  readonly reserved?: (task: Json) => Cost | undefined;
}

export function submitOutcome(exchanged: Exchange, reading: SubmitReading): SubmitOutcome {
  const { redact } = reading;
  if (exchanged.kind === 'not-sent') return { kind: 'not-sent', reason: exchanged.reason };
  if (exchanged.kind === 'broken')
    return { kind: 'ambiguous', reason: `sent, but no answer came: ${exchanged.reason}` };
  const isFine = exchanged.status >= 200 && exchanged.status < 300;
  const task = isFine ? unwrapped(exchanged.json) : undefined;
  const id =
    task === undefined
      ? undefined
      : (taskIdOf(task['task_id'], redact) ??
        taskIdOf(task['id'], redact) ??
        idAlone(exchanged.json, redact));
  // An id is worth more than any complaint beside it: the task can be asked what became of it.
  if (task !== undefined && id !== undefined) return accepted(exchanged, task, id, reading);
  const error = errorOf(exchanged, redact);
  if (error === undefined) {
    const why = deniedSuccess(exchanged.json, redact) ?? missingId(exchanged, task, redact);
    return ambiguous(exchanged, `HTTP ${exchanged.status}, but ${why}`);
  }
  return refusedOrAmbiguous(exchanged, error, submitVerdict(error));
}

function accepted(
  answer: Answer,
  task: Json,
  id: TaskId,
  { redact, reserved }: SubmitReading,
): SubmitOutcome {
  const expectedSeconds = asSeconds(
    asObject(task['task_info'])?.['estimated_time'] ?? task['estimated_time'],
  );
  const cost = reserved?.(task);
  const isReplay =
    answer.headers['idempotency-replayed']?.toLowerCase() === 'true' ||
    isMarkedReplay(answer.json) ||
    isMarkedReplay(task);
  return {
    kind: 'accepted',
    task: id,
    ...(expectedSeconds !== undefined && { expectedSeconds }),
    ...(cost !== undefined && { reserved: cost }),
    ...modelIn(task, redact),
    ...(isReplay && { replayed: true }),
  };
}

/** `{"data": "task_…"}`: the id is all there is. */
function idAlone(json: unknown, redact: Redact): TaskId | undefined {
  const data = asText(asObject(json)?.['data']);
  return data !== undefined && /^task[_-]/.test(data) ? taskIdOf(data, redact) : undefined;
}

/**
 * `{"success": false, "message": …}` with a 2xx: no page says whether the work was accepted before,
 * so the message is for a person and decides nothing.
 */
function deniedSuccess(json: unknown, redact: Redact): string | undefined {
  const body = asObject(json);
  if (body?.['success'] !== false) return undefined;
  const said = spoken(asText(body['message']) ?? asText(body['msg']) ?? '', redact);
  return said === ''
    ? 'the answer says "success": false and gives no reason'
    : `the answer says "success": false: ${said}`;
}

const isMarkedReplay = (json: unknown): boolean =>
  asObject(json)?.['idempotency_replayed'] === true;

function refusedOrAmbiguous(
  answer: Answer,
  error: GatewayError,
  { kind, why, wrongAddress }: Verdict,
): SubmitOutcome {
  const { requestId, retryAfterMs } = answer;
  const message = why === undefined ? error.message : `${error.message} (${why})`;
  const code = error.code ?? error.type;
  if (kind === 'ambiguous') {
    const said = `HTTP ${error.status}${code === undefined ? '' : ` ${code}`}: `;
    const outcome = ambiguous(answer, message.startsWith(said) ? message : `${said}${message}`);
    return wrongAddress === true ? { ...outcome, wrongAddress } : outcome;
  }
  const details = {
    message,
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  };
  if (kind === 'rate-limited' || kind === 'unavailable-before-accept') {
    return {
      kind: 'refused',
      refusal: { kind, ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    };
  }
  return {
    kind: 'refused',
    refusal: { kind, ...details, ...(error.field !== undefined && { field: error.field }) },
  };
}

/**
 * The request id is in the reason too: it is what the gateway's support asks for, and the reason is
 * what people keep.
 */
const ambiguous = (
  { requestId }: Answer,
  reason: string,
): Extract<SubmitOutcome, { kind: 'ambiguous' }> =>
  requestId === undefined
    ? { kind: 'ambiguous', reason }
    : { kind: 'ambiguous', reason: `${reason} (request id ${requestId})`, requestId };

/**
 * Why a 2xx names no task that can be followed. An id in an answer that was cut is not trusted, but
 * a person may look it up.
 */
function missingId(answer: Answer, task: Json | undefined, redact: Redact): string {
  const written = task?.['task_id'] ?? task?.['id'];
  if (typeof written === 'string' && written !== '')
    return `the task id in the answer is unusable: ${JSON.stringify(spoken(written, redact))}`;
  if (answer.unreadable === undefined) return 'the answer names no task';
  const id = taskIdOf(/"(?:task_id|id)"\s*:\s*"(task[^"]*)"/.exec(answer.text)?.[1], redact);
  return id === undefined ? answer.unreadable : `${answer.unreadable}; it names ${id}`;
}
