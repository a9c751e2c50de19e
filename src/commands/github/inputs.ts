/** The inputs of the action, as the runner hands them over: one environment variable for each. */
import { EXIT, type Io, UsageError } from '../shared/io.ts';

const COMMANDS = [
  'plan',
  'render',
  'collect',
  'validate',
  'status',
  'verify',
  'gallery',
  'models-check',
  'lock-pull',
  'lock-push',
] as const;
type Command = (typeof COMMANDS)[number];

/**
 * The exit codes of an outcome of `fail-on`. Any other code always fails the step.
 */
export const OUTCOMES: Readonly<Record<string, number>> = {
  failed: EXIT.failed,
  ambiguous: EXIT.needsPerson,
  missing: EXIT.missing,
  pending: EXIT.pending,
};

export interface Inputs {
  readonly command: Command;
  readonly manifests: readonly string[];
  readonly draft: boolean;
  readonly frozen: boolean;
  readonly detach: boolean;
  readonly budget: number | undefined;
  readonly maxWall: string;
  readonly shard: string;
  readonly only: readonly string[];
  readonly model: readonly string[];
  readonly tag: readonly string[];
  readonly var: readonly string[];
  readonly retryFailed: boolean;
  readonly resubmitMissing: boolean;
  readonly restore: boolean;
  /** Spend without a question, also where a person could be asked. */
  readonly yes: boolean;
  /** Later runs continue this one, or this one continues an earlier one. */
  readonly chain: '' | 'open' | 'follow';
  /** File of the workflow whose schedule continues a chain. */
  readonly chainWorkflow: string;
  /** plan: the environment whose reviewers approve the render. */
  readonly environment: string;
  /** A saved plan: do exactly that. */
  readonly plan: string;
  readonly base: string;
  readonly comment: boolean;
  readonly commentKey: string;
  /** models-check: changes go into one issue, and the step passes. */
  readonly issue: boolean;
  readonly prNumber: number | undefined;
  /** plan: the effect of an estimate above the cap on the step. */
  readonly overBudget: 'fail' | 'warn';
  readonly failOn: readonly string[];
  readonly branch: string;
  readonly lockFrom: readonly string[];
  readonly token: string;
}

/** `name` as in action.yml: the runner writes it in upper case, spaces alone become `_`. */
export const inputText = (env: Io['env'], name: string): string =>
  env[`INPUT_${name.toUpperCase()}`]?.trim() ?? '';

export function readInputs(env: Io['env']): Inputs {
  const text = (name: string): string => inputText(env, name);
  const flag = (name: string): boolean => {
    const value = text(name).toLowerCase();
    if (!['', 'true', 'false'].includes(value))
      throw new UsageError(`input ${name} is ${JSON.stringify(value)}: expected true or false`);
    return value === 'true';
  };
  const list = (name: string, separator: RegExp): string[] =>
    text(name)
      .split(separator)
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const wanted = text('command') || 'render';
  const command = COMMANDS.find((one) => one === wanted);
  if (command === undefined)
    throw new UsageError(
      `input command is ${JSON.stringify(wanted)}`,
      `One of: ${COMMANDS.join(', ')}`,
    );
  const failOn = list('fail-on', /[,\s]+/);
  const unknown = failOn.find((outcome) => !Object.hasOwn(OUTCOMES, outcome));
  if (unknown !== undefined)
    throw new UsageError(
      `input fail-on names ${JSON.stringify(unknown)}`,
      `It may name: ${Object.keys(OUTCOMES).join(', ')}`,
    );
  const budget = text('budget');
  if (budget !== '' && !(Number(budget) >= 0))
    throw new UsageError(
      `input budget is ${JSON.stringify(budget)}: expected an amount of US dollars`,
    );
  const commentKey = text('comment-key') || 'plan';
  if (!/^[\w-]{1,40}$/.test(commentKey))
    throw new UsageError(
      `input comment-key is ${JSON.stringify(commentKey)}: expected letters, digits, - and _`,
    );
  const number = text('pr-number');
  if (number !== '' && !/^[1-9]\d{0,9}$/.test(number))
    throw new UsageError(
      `input pr-number is ${JSON.stringify(number)}: expected the number of a pull request`,
    );
  const overBudget = text('over-budget') || 'fail';
  if (overBudget !== 'fail' && overBudget !== 'warn')
    throw new UsageError(
      `input over-budget is ${JSON.stringify(overBudget)}: expected fail or warn`,
    );
  const chain = text('chain');
  if (chain !== '' && chain !== 'open' && chain !== 'follow')
    throw new UsageError(`input chain is ${JSON.stringify(chain)}: expected open or follow`);
  const chainWorkflow = text('chain-workflow') || 'rushes-unattended.yml';
  if (!/^[\w.-]{1,200}\.ya?ml$/.test(chainWorkflow))
    throw new UsageError(
      `input chain-workflow is ${JSON.stringify(chainWorkflow)}: expected the name of a file in .github/workflows`,
    );
  return {
    command,
    chain,
    chainWorkflow,
    environment: text('environment'),
    overBudget,
    manifests: list('manifests', /\s+/),
    draft: flag('draft'),
    frozen: flag('frozen'),
    detach: flag('detach'),
    budget: budget === '' ? undefined : Number(budget),
    maxWall: text('max-wall'),
    shard: text('shard'),
    only: list('only', /\s+/),
    model: list('model', /\s+/),
    tag: list('tag', /\s+/),
    var: list('var', /\n/),
    retryFailed: flag('retry-failed'),
    resubmitMissing: flag('resubmit-missing'),
    restore: flag('restore'),
    yes: flag('yes'),
    plan: text('plan'),
    base: text('base'),
    comment: flag('comment'),
    commentKey,
    issue: flag('issue'),
    prNumber: number === '' ? undefined : Number(number),
    failOn,
    branch: text('branch'),
    lockFrom: list('lock-from', /\n/),
    token: text('github-token'),
  };
}

/** Filters and switches of the command line for these inputs. */
export const selectionOf = ({ draft, only, model, tag, var: vars }: Inputs) => ({
  ...(draft ? { draft } : {}),
  ...(only.length === 0 ? {} : { only }),
  ...(model.length === 0 ? {} : { model }),
  ...(tag.length === 0 ? {} : { tag }),
  ...varsOf({ var: vars }),
});

/** Also for commands that have no filter: a manifest may need its vars to be read at all. */
export const varsOf = ({ var: vars }: Pick<Inputs, 'var'>) =>
  vars.length === 0 ? {} : { var: vars };

export const decisionsOf = ({ retryFailed, resubmitMissing, restore }: Inputs) => ({
  ...(retryFailed ? { retryFailed } : {}),
  ...(resubmitMissing ? { resubmitMissing } : {}),
  ...(restore ? { restore } : {}),
});
