/**
 * Whether this process may open as many files as the run needs at once. Connections are files too:
 * one that cannot be opened in the middle of a run stops it after money was spent.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Diagnostic } from '../../diagnostic.ts';
import { GATEWAYS } from '../../ids.ts';
import { gatewayInFlight, totalInFlight } from '../../plan/estimate/limits.ts';
import type { Plan } from '../../plan/plan.ts';
import { plural } from '../../report/text/format.ts';
import { runLimits } from '../../run/limits/slots.ts';

/** Journal, record, locks, modules that are loaded late, pipes to git and ffmpeg. */
const BESIDES = 24;

/** An error if they cannot be opened, else nothing. `draft`: both ends of a connection are here. */
export function tooFewOpenFiles(plan: Plan, draft: boolean): readonly Diagnostic[] {
  const projects = plan.projects.map(({ project }) => project);
  const busy = plan.projects.flatMap(({ renders }) =>
    renders.filter(({ action }) => ['submit', 'wait', 'attach', 'fetch'].includes(action.kind)),
  );
  if (busy.length === 0) return [];
  const used = GATEWAYS.filter((name) => busy.some(({ render }) => render.model.gateway === name));
  const atGateways = used.reduce((sum, name) => sum + gatewayInFlight(projects, name), 0);
  const tasks = Math.min(busy.length, totalInFlight(projects), atGateways);
  const downloads = Math.min(busy.length, runLimits(projects).downloads);
  const perTask = draft ? 2 : 1;
  // A download has the clip's file open beside its connection.
  const needed = BESIDES + tasks * perTask + downloads * (perTask + 1);
  const allowed = openAtOnce(needed);
  if (allowed >= needed) return [];
  const fits = tasks - Math.ceil((needed - allowed) / perTask);
  return [
    {
      code: 'open-files',
      severity: 'error',
      message: `${plural(tasks, 'task')} in flight ${tasks === 1 ? 'needs' : 'need'} ${needed} open files and connections, and this process may open ${allowed} more`,
      hint: `${fits > 0 ? `Set \`in_flight: ${fits}\` under \`limits:\`, or allow` : 'Allow'} more open files: \`ulimit -n\` shows the limit, 1024 is enough for most runs.`,
      renders: [],
    },
  ];
}

/**
 * How many files could be opened at once, up to `most`; all are closed again. In one go, some
 * microseconds each: whatever else runs meanwhile would find no file left.
 */
function openAtOnce(most: number): number {
  const opened: number[] = [];
  try {
    while (opened.length < most) opened.push(openSync(devNull, 'r'));
  } catch (error) {
    if (!isOutOfFiles(error)) throw error;
  } finally {
    for (const file of opened) closeSync(file);
  }
  return opened.length;
}

const isOutOfFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
