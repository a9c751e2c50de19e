/** The line that one event of a run leaves behind, where it is worth one. */
import { formatUsd } from '../../money.ts';
import type { RunEvent } from '../../run/events.ts';
import { pictureWords } from '../../pictures/placeholder.ts';
import { terminalLine } from '../text/escape.ts';
import type { Part } from '../text/fitted-line.ts';
import { bytes, count, failureWords, footage, plural } from '../text/format.ts';
import type { Paint } from '../text/terminal.ts';
import type { CompletedEvent, RunState } from './run-state.ts';

export interface EventLineOptions {
  readonly draft?: boolean;
}

/** Up to so many lines of clips that landed as asked; a larger run has one for several. */
const SUCCESSES_SHOWN = 50;

/**
 * In order of importance: what does not fit goes from the end. `state` has taken the event already.
 * The line of an accepted task has its own form: `accepted-line.ts`.
 */
export function eventParts(
  event: RunEvent,
  state: RunState,
  c: Paint,
  { draft = false }: EventLineOptions = {},
): readonly Part[] | undefined {
  switch (event.event) {
    case 'run.started': {
      const parts = [
        event.submits > 0 ? `${count(event.submits)} to submit` : '',
        (event.pictures ?? 0) > 0 ? plural(event.pictures ?? 0, 'picture') : '',
        event.attaches > 0 ? `${count(event.attaches)} to attach` : '',
        event.fetches > 0 ? `${count(event.fetches)} to fetch` : '',
        event.kept > 0 ? `${count(event.kept)} kept` : '',
        event.held > 0 ? `${count(event.held)} held` : '',
      ].filter((part) => part !== '');
      return [{ text: `run: ${parts.length === 0 ? 'nothing to do' : parts.join(', ')}` }];
    }
    case 'picture.uploaded':
      return event.cached
        ? undefined
        : [
            { text: 'uploaded', style: c.green },
            { text: `${terminalLine(pictureWords(event.picture))} to ${event.gateway}` },
          ];
    case 'picture.failed':
      return [
        { text: 'not uploaded', style: c.red },
        { text: `${terminalLine(pictureWords(event.picture))} to ${event.gateway}:` },
        { text: terminalLine(event.message) },
      ];
    case 'render.completed':
      return completedParts(event, state, c, draft);
    case 'render.failed':
      return [
        { text: 'failed', style: c.red },
        { text: state.nameOf(event) },
        { text: terminalLine(failureWords(event)) },
        ...hint(event.hint, c),
      ];
    case 'render.held':
      if (
        event.reason === 'pinned' ||
        event.reason === 'skipped' ||
        event.reason === 'not-submitted'
      )
        return undefined;
      return [
        { text: event.reason === 'pending' ? 'pending' : `held ${event.reason}`, style: c.yellow },
        { text: state.nameOf(event) },
        { text: event.task ?? '' },
        { text: terminalLine(event.message) },
        ...hint(event.hint, c),
      ];
    case 'run.notice':
      return [
        {
          text: event.severity === 'warning' ? 'warning' : 'note',
          style: event.severity === 'warning' ? c.yellow : c.cyan,
        },
        { text: terminalLine(event.message) },
        ...hint(event.hint, c),
      ];
    case 'picture.uploading':
    case 'render.submitting':
    case 'render.accepted':
    case 'render.progress':
    case 'render.kept':
    case 'run.held-back':
    case 'run.transfer':
    case 'run.money':
    case 'run.finished':
      return undefined;
  }
}

const hint = (text: string | undefined, c: Paint): readonly Part[] =>
  text === undefined ? [] : [{ text: `(${terminalLine(text)})`, style: c.dim }];

function completedParts(
  event: CompletedEvent,
  state: RunState,
  c: Paint,
  draft: boolean,
): readonly Part[] | undefined {
  const { mismatch = [] } = event;
  const every = state.wanted <= 2 * SUCCESSES_SHOWN ? 1 : Math.ceil(state.wanted / SUCCESSES_SHOWN);
  if (mismatch.length === 0 && state.completed.length % every !== 0) return undefined;
  const facts = [
    footage(event.seconds),
    bytes(event.bytes),
    ...(event.cost === undefined || draft ? [] : [formatUsd(event.cost)]),
  ].join(', ');
  return [
    { text: 'done', style: c.green },
    { text: state.nameOf(event) },
    { text: terminalLine(event.path) },
    { text: `(${facts})`, style: c.dim },
    {
      text: mismatch.length === 0 ? '' : `not as asked: ${terminalLine(mismatch.join('; '))}`,
      style: c.yellow,
    },
    { text: every === 1 ? '' : `${count(state.completed.length)} so far`, style: c.dim },
  ];
}
