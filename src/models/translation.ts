/**
 * Tools for `translate` of every model: fields with their origin, and refusals that say
 * where to turn.
 */
import { defined } from '../defined.ts';
import type { Json, Word } from '../scene.ts';
import { isObject } from './fields.ts';
import type { Translation, WordFinding } from './model.ts';
import { oneOf, quoted, seen } from './format-value.ts';

type Origin = readonly [Word, ...(string | number)[]];

/**
 * Collects a translation. Fields keep the order in which they are set; their names are the model
 * file's own, never a writer's.
 */
export class Translator {
  readonly #body: Record<string, Json>;
  readonly #origin: Record<string, Origin> = {};
  readonly #findings: WordFinding[] = [];
  readonly #model: string;

  constructor(model: string, native: string) {
    this.#model = model;
    this.#body = { model: native };
  }

  /** Sets a field of the body; `origins` names further native paths below it. */
  set(name: string, value: Json, origin: Origin, origins?: Readonly<Record<string, Origin>>): void {
    this.#body[name] = value;
    this.#origin[name] = origin;
    if (origins !== undefined) Object.assign(this.#origin, origins);
  }

  /** Sets a field inside an object field of the body; paths in `origins` start at the body. */
  setBelow(
    parent: string,
    name: string,
    value: Json,
    origin: Origin,
    origins?: Readonly<Record<string, Origin>>,
  ): void {
    const above = this.#body[parent];
    this.#body[parent] = { ...(isObject(above) ? above : {}), [name]: value };
    this.#origin[`${parent}.${name}`] = origin;
    if (origins !== undefined) Object.assign(this.#origin, origins);
  }

  refuse(
    word: Word,
    message: string,
    more: Omit<WordFinding, 'word' | 'verdict' | 'message' | 'path'> & {
      path?: WordFinding['path'];
    } = {},
  ): void {
    this.#findings.push({ word, verdict: 'refuse', message, path: [], ...more });
  }

  warn(word: Word, message: string, more: Pick<WordFinding, 'path' | 'part' | 'hint'>): void {
    this.#findings.push({ word, verdict: 'warn', message, ...more });
  }

  /** Something that is worth knowing, and changes nothing. */
  note(word: Word, message: string, rule?: string): void {
    const numbered = rule === undefined ? {} : { rule };
    this.#findings.push({ word, verdict: 'note', message, path: [], ...numbered });
  }

  /** A word that this model does not support, whatever its value. */
  unsupported(word: Word, why = ''): void {
    this.refuse(word, `${this.#model} has no ${word}${why}`, {
      hint: `Leave it out for this model with \`drop: [${word}]\`.`,
    });
  }

  /** The value if the model offers it; a refusal that names the offered ones if not. */
  offered<Value extends Json>(
    word: Word,
    value: Value,
    allowed: readonly Json[],
    rule?: string,
  ): Value | undefined {
    if (allowed.includes(value)) return value;
    const hint =
      word === 'duration' || word === 'resolution'
        ? { hint: `Allow the nearest ${word} that the model offers with \`fit: nearest\`.` }
        : {};
    this.refuse(
      word,
      `${word} is ${typeof value === 'string' ? quoted(value) : seen(value)}; ${this.#model} offers ${spans(allowed)}`,
      {
        allowed,
        ...hint,
        ...defined({ rule }),
      },
    );
    return undefined;
  }

  /** A field that is set already. */
  field(name: string): Json | undefined {
    return this.#body[name];
  }

  done(): Translation {
    return { body: this.#body, origin: this.#origin, findings: this.#findings };
  }
}

/** `3 to 15` for whole numbers without a gap, else the list. */
function spans(values: readonly Json[]): string {
  const [first] = values;
  const unbroken =
    values.length > 3 &&
    typeof first === 'number' &&
    values.every((value, index) => value === first + index);
  return unbroken ? `${first} to ${first + values.length - 1}` : oneOf(values);
}
