/** How one gateway says things: the only place where the two protocols differ. */
import type { JsonObject } from '../scene.ts';
import type { ErrorName } from './answers/errors.ts';
import type { Random } from './faults/random.ts';
import type { Action } from './faults/script.ts';
import type { Task } from './task.ts';

export type LinkShape = Extract<Action, { fault: 'links' }>['shape'];
type SubmitShape = Extract<Action, { fault: 'submit-shape' }>['shape'];

/** An HTTP answer before it is written. */
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface Dialect {
  newTaskId(nowMs: number, random: Random): string;
  /** Why a text is not a valid Idempotency-Key here, or `undefined`. */
  keyProblem(key: string): string | undefined;
  /** The error for an id that cannot be a task of this gateway, or `undefined`. */
  idProblem(id: string): ErrorName | undefined;
  /** The answer to an accepted submit. `id`: instead of the real one; `null` leaves it out. */
  submitted(
    task: Task,
    details: {
      readonly replayed: boolean;
      readonly shape: SubmitShape;
      readonly id?: string | number | null;
    },
  ): Reply;
  /** The task at that moment, without envelope. `link` serves a completed one. */
  taskObject(task: Task, nowMs: number, link: string, shape: LinkShape): JsonObject;
  envelope(task: JsonObject): JsonObject;
  balance(spendableUsd: number | undefined, usedUsd: number): JsonObject;
}

/** Whole seconds since 1970. */
export const unixSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);
