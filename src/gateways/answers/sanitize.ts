import { parseTaskId, type TaskId } from '../../ids.ts';
import type { Redact } from '../../secrets/redact.ts';
import { asText, type Json } from './json.ts';

const LONGEST = 500;
/**
 * Control and format characters: line breaks, terminal codes, invisible marks that turn text
 * around.
 */
const UNSPEAKABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Foreign text, made fit for a message: without secrets, on one line, at most 500 characters
 * (code points). Redacted before it is cut, because half a key is no longer recognised.
 */
export function spoken(text: string, redact: Redact): string {
  const line = redact(text).replace(UNSPEAKABLE, ' ').replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST) return line;
  const characters = [...line];
  return characters.length <= LONGEST ? line : `${characters.slice(0, LONGEST - 1).join('')}…`;
}

/** The model that an answer names, fit for a lock. */
export function modelIn(answer: Json, redact: Redact): { readonly model?: string } {
  const model = spoken(asText(answer['model']) ?? '', redact);
  return model === '' ? {} : { model };
}

/**
 * The task id that an answer names. An id goes into lock and journal, so one that repeats a key is
 * not usable.
 */
export function taskIdOf(value: unknown, redact: Redact): TaskId | undefined {
  const id = parseTaskId(value);
  return id !== undefined && redact(id) === id ? id : undefined;
}
