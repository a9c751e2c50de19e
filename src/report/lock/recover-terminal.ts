/**
 * `rushes recover`: the renders that need a person, with all that is known, and the commands that
 * decide.
 */
import type { ListedTask } from '../../gateways/gateway.ts';
import { unclear } from '../../lock/attempt.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { fromUsd } from '../../money.ts';
import type { UnclearRender } from '../../run/unclear-renders.ts';
import { sealed, terminalLine } from '../text/escape.ts';
import { nextStep } from '../text/next-steps.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { plural, qualified, shortened, usd } from '../text/format.ts';

const CANDIDATES_SHOWN = 5;
const MOST_PROMPT = 200;
/** The other facts are single words to be copied: they are never broken. */
const PROSE: ReadonlySet<string> = new Set(['why', 'prompt']);

export function recoverTerminal(
  renders: readonly UnclearRender[],
  terminal: Terminal & { readonly draft?: boolean },
): string {
  if (renders.length === 0) return 'Nothing to recover: no render is ambiguous or lost.\n';
  const c = paint(terminal);
  const blocks = renders.map((unclear) => unclearLines(unclear, terminal).join('\n'));
  const open = renders.filter(({ decided }) => decided !== true).length;
  const summary =
    open === 0
      ? 'No render needs a decision.'
      : `${plural(open, 'render needs', 'renders need')} a decision.`;
  return sealed(`${blocks.join('\n\n')}\n\n${c.bold(summary)} Nothing was sent by this command.\n`);
}

function unclearLines(
  { manifest, id, entry, current, decided, bodyDigest, candidates }: UnclearRender,
  terminal: Terminal & { readonly draft?: boolean },
): string[] {
  const c = paint(terminal);
  const reason = unclear(entry) ?? 'ambiguous';
  const step = nextStep(reason, [{ manifest, id, earlier: !current }], terminal);
  const meaning =
    decided === true
      ? 'rendered again by a decision, so nothing waits for it; if its task appears, adopt it; if there was none, use --never-happened'
      : step.meaning;
  // What is not current was re-rendered already, or is another branch's: paying again is not a way
  // out.
  const ways = step.commands
    .slice(1)
    .map((command) => command.replace('<task>', candidates?.[0]?.task ?? '<task>'));
  const prompt = entry.request?.['prompt'];
  const known: (readonly [string, string | undefined])[] = [
    ['why', entry.error?.message],
    ['model', entry.model],
    ['sent', entry.submittedAt],
    ['key', entry.attempt],
    ['task', entry.task],
    ['body', bodyDigest],
    ['prompt', typeof prompt === 'string' ? shortened(prompt, MOST_PROMPT) : undefined],
    [
      'reserved',
      entry.cost === undefined
        ? undefined
        : entry.cost.usd === null
          ? 'price unknown'
          : usd(fromUsd(entry.cost.usd)),
    ],
  ];
  return [
    wrap(
      `${c.bold(qualified(manifest, id))} ${decided === true ? reason : c.red(reason)}: ${meaning}`,
      terminal.width,
      '  ',
    ),
    ...known.flatMap(([name, text]) =>
      text === undefined
        ? []
        : [
            `  ${c.dim(name.padEnd(8))}  ${PROSE.has(name) ? wrap(terminalLine(text), terminal.width, ' '.repeat(12)) : terminalLine(text)}`,
          ],
    ),
    ...candidateLines(candidates, terminal),
    ...(reason === 'ambiguous' && decided !== true && terminal.draft !== true
      ? whereToLook(entry, terminal)
      : []),
    ...ways.map((command) => `  ${c.dim('next:')} ${c.bold(command)}`),
  ];
}

/** Where a person finds the task of a submit whose answer was lost. */
function whereToLook({ model, submittedAt }: LockEntry, { width }: Terminal): string[] {
  const gateway = model.slice(0, model.indexOf('/'));
  const when = submittedAt === undefined ? '' : ` around ${submittedAt}`;
  const places = `the tasks of your ${SITES[gateway] ?? gateway} account${when}; or the saved output of the run: rushes recover --from <log>`;
  return [`  look up   ${wrap(places, width, ' '.repeat(12))}`];
}

const SITES: Readonly<Record<string, string>> = { apimart: 'apimart.ai', evolink: 'evolink.ai' };

function candidateLines(
  candidates: readonly ListedTask[] | undefined,
  terminal: Terminal,
): string[] {
  if (candidates === undefined) return [];
  const c = paint(terminal);
  if (candidates.length === 0)
    return [
      `  ${c.dim('at the gateway')}  no task of this account matches; its list may be delayed`,
    ];
  return [
    `  ${c.dim('at the gateway')}  ${plural(candidates.length, 'task')} may be the right one, the most likely first:`,
    ...candidates.slice(0, CANDIDATES_SHOWN).map(({ task, model, status, createdAtMs }) => {
      const facts = [
        model,
        status,
        createdAtMs === undefined ? undefined : new Date(createdAtMs).toISOString(),
      ].filter((fact) => fact !== undefined);
      return `    ${c.bold(task)}  ${terminalLine(facts.join(', '))}`;
    }),
    ...(candidates.length > CANDIDATES_SHOWN
      ? [`    … and ${plural(candidates.length - CANDIDATES_SHOWN, 'more task')}`]
      : []),
  ];
}
