/** Words for the states of a run that several of its views share. */
import { parseModelName } from '../../ids.ts';
import type { HeldBack } from '../../run/events.ts';
import type { InFlight } from './run-state.ts';

export const PHASES: Readonly<Record<InFlight['phase'], string>> = {
  submitting: 'submitting',
  accepted: 'waiting',
  waiting: 'waiting',
  running: 'rendering',
  downloading: 'downloading',
  delayed: 'delayed',
};

/** `limit 3`: the limit that delays the next submit. */
export function heldBackWords(held: HeldBack, model: string): string {
  const gateway = parseModelName(model)?.gateway ?? 'gateway';
  switch (held.by) {
    case 'in-flight':
      return `${{ alias: '', gateway: `${gateway} `, all: 'run ' }[held.scope]}limit ${held.most}`;
    case 'rate':
      return 'submits per minute';
    case 'gateway':
      return `${gateway} asks to wait`;
    case 'cap':
      return 'cap: waits for reserved money';
  }
}
