/**
 * Expressions of EvoLink's public price rules (checks sheet, section 4.4). Anything that is not
 * known (an operator, a variable, a division by zero) gives `undefined`: no price, never 0.
 */
import { asList, asObject, asText } from '../answers/json.ts';
import {
  add,
  ceil,
  compare,
  divide,
  type Fraction,
  floor,
  fraction,
  largest,
  multiply,
  negative,
  smallest,
} from './fraction.ts';

export type PriceValue = Fraction | boolean | string;
export type Variables = ReadonlyMap<string, PriceValue>;

/** An expression is a small tree; more than this is not a price. */
const DEEPEST = 50;

export function evaluate(
  expression: unknown,
  variables: Variables,
  depth = 0,
): PriceValue | undefined {
  const node = asObject(expression);
  const op = node === undefined ? undefined : asText(node['op']);
  if (node === undefined || op === undefined || depth > DEEPEST) return undefined;
  if (op === 'constant') return constantOf(node['value']);
  if (op === 'variable') return variables.get(asText(node['name']) ?? '');
  if (op === 'lookup') {
    const key = keyText(evaluate(node['key'], variables, depth + 1));
    const values = asObject(node['values']) ?? {};
    return key !== undefined && Object.hasOwn(values, key) ? valueOf(values[key]) : undefined;
  }
  const args = asList(node['args']);
  const at = (index: number): PriceValue | undefined => evaluate(args[index], variables, depth + 1);
  if (op === 'if') {
    const condition = at(0);
    return typeof condition === 'boolean' ? at(condition ? 1 : 2) : undefined;
  }
  const values = args.map((_, index) => at(index));
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return LOGIC.get(op)?.(values as PriceValue[]) ?? arithmetic(op, values as PriceValue[]);
}

/** Constants are texts, truth values too, as the vendor's own client reads them. */
const constantOf = (value: unknown): PriceValue | undefined =>
  value === 'true' ? true : value === 'false' ? false : valueOf(value);

/** Numbers are written as decimal text; other texts and truth values are what they are. */
export function valueOf(value: unknown): PriceValue | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return fraction(String(value));
  return typeof value === 'string' ? (fraction(value) ?? value) : undefined;
}

function keyText(value: PriceValue | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value.top % value.bottom === 0n ? String(value.top / value.bottom) : undefined;
}

const isNumber = (value: PriceValue | undefined): value is Fraction => typeof value === 'object';

const isSame = ([a, b]: readonly PriceValue[]): boolean =>
  isNumber(a) && isNumber(b) ? compare(a, b) === 0 : a === b;

const ordered =
  (holds: (difference: number) => boolean) =>
  ([a, b]: readonly PriceValue[]): boolean | undefined =>
    isNumber(a) && isNumber(b) ? holds(compare(a, b)) : undefined;

type Logic = (values: readonly PriceValue[]) => boolean | undefined;
const LOGIC: ReadonlyMap<string, Logic> = new Map<string, Logic>([
  ['eq', isSame],
  ['neq', (values) => !isSame(values)],
  ['lt', ordered((difference) => difference < 0)],
  ['lte', ordered((difference) => difference <= 0)],
  ['gt', ordered((difference) => difference > 0)],
  ['gte', ordered((difference) => difference >= 0)],
  ['and', (values) => values.every((value) => value === true)],
  ['or', (values) => values.includes(true)],
  ['not', ([value]) => value === false],
]);

function arithmetic(op: string, values: readonly PriceValue[]): Fraction | undefined {
  if (!values.every(isNumber)) return undefined;
  const [first, second, third] = values;
  if (first === undefined) return undefined;
  switch (op) {
    case 'add':
      return values.reduce(add);
    case 'multiply':
      return values.reduce(multiply);
    case 'subtract':
      return second === undefined ? undefined : add(first, negative(second));
    case 'divide':
      return second === undefined ? undefined : divide(first, second);
    case 'min':
      return smallest(values);
    case 'max':
      return largest(values);
    case 'clamp':
      return second === undefined || third === undefined
        ? undefined
        : smallest([largest([first, second]), third]);
    case 'ceil':
      return ceil(first);
    case 'floor':
      return floor(first);
    default:
      return undefined;
  }
}
