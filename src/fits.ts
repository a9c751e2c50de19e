/**
 * Whether a value fits a zod schema: the answer alone. zod makes a copy of every value that it
 * judges and a list of what is wrong; of ten thousand requests or lock entries nearly all are
 * right, and nobody asks for either. Whoever gets `false` asks zod why.
 */
// oxlint-disable no-underscore-dangle -- `_zod` is where zod keeps, for libraries, what a schema is
// made of.
import type * as z from 'zod';

type Test = (value: unknown) => boolean;

const tests = new WeakMap<z.ZodType, Test>();

/**
 * The same as `schema.safeParse(value).success`. For values as JSON has them, and schemas that live
 * as long as the program.
 */
export function fits(schema: z.ZodType, value: unknown): boolean {
  let test = tests.get(schema);
  if (test === undefined) {
    test = testOf(schema) ?? ((other) => schema.safeParse(other).success);
    tests.set(schema, test);
  }
  return test(value);
}

/** What zod keeps of a schema, as far as it is read here. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly CheckOf[];
  readonly coerce?: boolean;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly rest?: z.ZodType | null;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: unknown;
  readonly inclusive?: boolean;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
}

interface Payload {
  value: unknown;
  issues: unknown[];
}

interface CheckOf {
  readonly _zod: {
    readonly def: CheckDefinition;
    check(payload: Payload): unknown;
  };
}

interface CheckDefinition {
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  /** Of `refine`. */
  readonly fn?: (value: unknown) => unknown;
  /** Of a bound. */
  readonly value?: unknown;
  readonly inclusive?: boolean;
}

/** Checks that only look. Others, such as `trim()`, change the value on its way. */
const LOOKING = new Set([
  'custom',
  'greater_than',
  'less_than',
  'max_length',
  'min_length',
  'number_format',
  'string_format',
]);

/** `undefined` where a schema does anything that is not known here: then zod itself is asked. */
function testOf(schema: z.ZodType): Test | undefined {
  const definition = schema._zod.def as unknown as Definition;
  const type = typeTest(schema, definition);
  if (type === undefined) return undefined;
  const isCheck = schema._zod.traits.has('$ZodCheck');
  const checks = [...(isCheck ? [schema as unknown as CheckOf] : []), ...(definition.checks ?? [])];
  if (checks.length === 0) return type;
  if (checks.some(({ _zod }) => !LOOKING.has(_zod.def.check ?? ''))) return undefined;
  return checks
    .map(lookOf)
    .reduce<Test>((before, look) => (value) => before(value) && look(value), type);
}

function lookOf({ _zod }: CheckOf): Test {
  const { check, format, pattern, fn, value: bound, inclusive } = _zod.def;
  if (
    check === 'string_format' &&
    format === 'regex' &&
    pattern?.global === false &&
    !pattern.sticky
  )
    return (value) => pattern.test(value as string);
  if (check === 'custom' && fn !== undefined) return (value) => Boolean(fn(value));
  if (check === 'number_format' && format === 'safeint') return Number.isSafeInteger;
  if (typeof bound === 'number' && check === 'greater_than')
    return inclusive === true
      ? (value) => (value as number) >= bound
      : (value) => (value as number) > bound;
  return (value) => {
    const payload: Payload = { value, issues: [] };
    _zod.check(payload);
    return payload.issues.length === 0;
  };
}

function typeTest(schema: z.ZodType, definition: Definition): Test | undefined {
  if (definition.coerce === true) return undefined;
  switch (definition.type) {
    case 'string':
      return (value) => typeof value === 'string';
    case 'number':
      return Number.isFinite;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'unknown':
      return () => true;
    case 'enum':
    case 'literal': {
      const allowed: ReadonlySet<unknown> | undefined = schema._zod.values;
      return allowed === undefined ? undefined : (value) => allowed.has(value);
    }
    case 'optional':
      return orElse(undefined, definition.innerType);
    case 'nullable':
      return orElse(null, definition.innerType);
    case 'array':
      return arrayTest(definition);
    case 'tuple':
      return tupleTest(definition);
    case 'union':
      return unionTest(definition);
    case 'record':
      return recordTest(definition);
    case 'object':
      return objectTest(definition);
    default:
      return undefined;
  }
}

function orElse(other: null | undefined, inner: z.ZodType | undefined): Test | undefined {
  const test = inner === undefined ? undefined : testOf(inner);
  return test && ((value) => value === other || test(value));
}

function arrayTest({ element }: Definition): Test | undefined {
  const test = element === undefined ? undefined : testOf(element);
  return test && ((value) => Array.isArray(value) && value.every((item) => test(item)));
}

function tupleTest({ items = [], rest }: Definition): Test | undefined {
  const parts = items.map(testOf);
  // Items that may be left out shift what the length may be.
  if (
    rest ||
    items.some(({ _zod }) => _zod.optin !== undefined) ||
    !parts.every((test) => test !== undefined)
  )
    return undefined;
  return (value) =>
    Array.isArray(value) &&
    value.length === parts.length &&
    parts.every((test, index) => test(value[index]));
}

function unionTest({ options = [], discriminator, inclusive }: Definition): Test | undefined {
  const branches = options.map(testOf);
  if (
    discriminator !== undefined ||
    inclusive === false ||
    !branches.every((test) => test !== undefined)
  )
    return undefined;
  return (value) => branches.some((test) => test(value));
}

function recordTest({ keyType, valueType }: Definition): Test | undefined {
  if (keyType === undefined || valueType === undefined || keyType._zod.def.type !== 'string')
    return undefined;
  const [ofKey, ofValue] = [testOf(keyType), testOf(valueType)];
  if (ofKey === undefined || ofValue === undefined) return undefined;
  return (value) =>
    isPlain(value) &&
    Object.keys(value).every((key) => key === '__proto__' || (ofKey(key) && ofValue(value[key])));
}

function objectTest({ shape = {}, catchall }: Definition): Test | undefined {
  if (catchall !== undefined && catchall._zod.def.type !== 'never') return undefined;
  const fields = new Map<string, Test>();
  const required: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const test = testOf(schema);
    if (test === undefined) return undefined;
    fields.set(name, test);
    if (schema._zod.optin !== 'optional' || schema._zod.optout !== 'optional') required.push(name);
  }
  const strict = catchall !== undefined;
  return (value) => {
    if (!isPlain(value)) return false;
    for (const name of Object.keys(value)) {
      const test = fields.get(name);
      if (test === undefined ? strict : !test(value[name])) return false;
    }
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    return true;
  };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
