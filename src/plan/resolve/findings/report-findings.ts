/** Findings of models about words and bodies, as diagnostics at the places of the wrong values. */
import { defined } from '../../../defined.ts';
import type { RenderId } from '../../../ids.ts';
import type { BodyPath, RuleFinding, WordFinding } from '../../../models/model.ts';
import type { Folding } from './problem-folding.ts';
import { partOf, type Provenance, type Supplied, suppliedAt, suppliedWord } from '../provenance.ts';

/** Problems of a body that do not concern a model. */
type OtherCode =
  | 'unwritable-value'
  | 'secret-link'
  | 'secret-value'
  | 'local-image'
  | 'picture-too-large'
  | 'picture-small';

/**
 * Findings about one scene on one alias go here; notes are not problems, so they are handed back.
 */
export class Judgement {
  readonly #folding: Folding;
  readonly #from: Provenance;
  readonly #renders: readonly RenderId[];
  readonly notes: string[] = [];
  /** Whether anything was refused. */
  refused = false;
  /** Whether anything was worth a warning. */
  warned = false;

  constructor(folding: Folding, from: Provenance, renders: readonly RenderId[]) {
    this.#folding = folding;
    this.#from = from;
    this.#renders = renders;
  }

  word(finding: WordFinding): void {
    const { word, path, allowed } = finding;
    // A value that two models refuse for two reasons is still one wrong value; the other reason is
    // told beside its alias.
    const key =
      allowed !== undefined || this.#from.model.offers.unsupported.includes(word)
        ? `values of ${word}`
        : undefined;
    this.#add(finding, 'unoffered-word', suppliedWord(this.#from, word, path), key);
  }

  rule(finding: RuleFinding): void {
    const { path, allowed, key } = finding;
    this.#add(
      finding,
      'broken-rule',
      suppliedAt(this.#from, path, key),
      allowed === undefined ? undefined : `values of ${path.join('.')}`,
    );
  }

  /** A problem that no model found. */
  refuse(code: OtherCode, message: string, path: BodyPath, hint: string): void {
    this.#add({ verdict: 'refuse', message, hint }, code, suppliedAt(this.#from, path));
  }

  /** The same, for a value that is still sent. */
  warn(code: OtherCode, message: string, path: BodyPath, hint: string): void {
    this.#add({ verdict: 'warn', message, hint }, code, suppliedAt(this.#from, path));
  }

  #add(
    finding: Pick<RuleFinding, 'verdict' | 'message' | 'hint' | 'part'> & {
      readonly rule?: string;
    },
    code: 'unoffered-word' | 'broken-rule' | OtherCode,
    supplied: Supplied,
    key?: string,
  ): void {
    const { verdict, hint } = finding;
    // Some rules have a name and no number that could be looked up in `rushes models`.
    const numbered = /^[A-Z]{1,2}\d+$/.test(finding.rule ?? '')
      ? `${finding.message} (${finding.rule ?? ''})`
      : finding.message;
    if (verdict === 'note') {
      this.notes.push(numbered);
      return;
    }
    if (verdict === 'refuse') this.refused = true;
    else this.warned = true;
    const { alias, scene, model } = this.#from;
    const elsewhere = supplied.by === 'base';
    this.#folding.add({
      code,
      severity: verdict === 'refuse' ? 'error' : 'warning',
      message: numbered,
      place: partOf(supplied, finding.part),
      ...defined({ key, hint }),
      related: elsewhere
        ? [
            {
              kind: 'scene',
              message:
                scene.broken?.id === true ? 'this scene uses it' : `it reaches scene ${scene.id}`,
              place: scene.place,
            },
            {
              kind: `alias ${alias.alias}`,
              message: `alias ${alias.alias} is ${model.name}`,
              reason: numbered,
              place: alias.use.place,
            },
          ]
        : [],
      renders: this.#renders,
    });
  }
}
