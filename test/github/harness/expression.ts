/**
 * The part of GitHub's expression language that our workflows use: contexts, `||`, `&&`, `!`, `==`,
 * `!=`, literals, functions.
 */

export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | { readonly [key: string]: Value };
export type Functions = Readonly<Record<string, (...args: readonly Value[]) => Value>>;
export interface Scope {
  /**
   * `github`, `env`, `inputs`, … An unknown name is an error, so that a typing mistake cannot pass
   * as an empty value.
   */
  readonly contexts: Readonly<Record<string, Value>>;
  readonly functions: Functions;
}

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?)|(\|\||&&|==|!=|[!().,[\]])|([A-Za-z_][A-Za-z0-9_-]*))/y;

export function evaluate(source: string, scope: Scope): Value {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trim();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new Error(
        `the harness cannot read ${JSON.stringify(text.slice(at))} in ${JSON.stringify(source)}`,
      );
    tokens.push(match[0].trim());
  }
  let next = 0;
  const peek = (): string | undefined => tokens[next];
  const take = (wanted: string): boolean => peek() === wanted && (next++, true);
  const either = (): Value => {
    let value = both();
    while (take('||')) {
      const right = both();
      value = truthy(value) ? value : right;
    }
    return value;
  };
  const both = (): Value => {
    let value = compared();
    while (take('&&')) {
      const right = compared();
      value = truthy(value) ? right : value;
    }
    return value;
  };
  const compared = (): Value => {
    const left = unary();
    if (take('==')) return same(left, unary());
    if (take('!=')) return !same(left, unary());
    return left;
  };
  const unary = (): Value => (take('!') ? !truthy(unary()) : primary());
  const primary = (): Value => {
    const token = tokens[next++];
    if (token === undefined) throw new Error(`${JSON.stringify(source)} ends too early`);
    if (token === '(') {
      const value = either();
      if (!take(')')) throw new Error(`) is missing in ${JSON.stringify(source)}`);
      return value;
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (take('(')) {
      const args: Value[] = [];
      while (!take(')')) {
        args.push(either());
        take(',');
      }
      const call = scope.functions[token];
      if (call === undefined) throw new Error(`no function ${token} in the harness`);
      return call(...args);
    }
    if (!Object.hasOwn(scope.contexts, token))
      throw new Error(`no context ${token} here: ${JSON.stringify(source)}`);
    let value = scope.contexts[token];
    while (take('.')) {
      const key = tokens[next++] ?? '';
      value = typeof value === 'object' && value !== null ? value[key] : undefined;
    }
    return value;
  };
  const value = either();
  if (next < tokens.length)
    throw new Error(
      `${JSON.stringify(tokens.slice(next))} is left over in ${JSON.stringify(source)}`,
    );
  return value;
}

export const truthy = (value: Value): boolean =>
  value !== '' && value !== 0 && value !== false && value !== null && value !== undefined;

const same = (a: Value, b: Value): boolean => shown(a).toLowerCase() === shown(b).toLowerCase();

export const shown = (value: Value): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? 'Object' : String(value);

/** A text with `${{ }}` in it, as GitHub fills it in: everything becomes text. */
export const interpolate = (text: string, scope: Scope): string =>
  text.replace(/\$\{\{(.*?)\}\}/gs, (_, source: string) => shown(evaluate(source, scope)));
