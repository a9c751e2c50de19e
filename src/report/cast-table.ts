/** `rushes models --takes cast`: the form of a cast member on each model. */
import type { CastForm, Model } from '../models/model.ts';
import { sealed } from './text/escape.ts';
import { cells, columns, paint, type Terminal, wrap } from './text/terminal.ts';

/** One sentence a form, as a person would say it. */
function castWords(form: CastForm): string {
  switch (form.kind) {
    case 'element':
      return `an element: its description and ${form.least}${form.most === undefined ? ' or more' : ` to ${form.most}`} pictures`;
    case 'element-id':
      return 'an element that was made at the gateway: ids: { evolink: … }';
    case 'numbered':
      return `pictures, named in the prompt as ${form.mark.replace('#', '1')}`;
    case 'pictures':
      return 'pictures beside the prompt, which has the description';
    case 'words':
      return 'its description, in place of @name';
  }
}

export function castTable(models: readonly Model[], terminal: Terminal): string {
  const c = paint(terminal);
  const rows = models.flatMap(({ name, cast }) =>
    cast.map((form, index) => [index === 0 ? name : '', castWords(form)] as const),
  );
  const head = ['model', '@name of a cast member becomes, the first that it allows'] as const;
  const table = columns([head, ...rows], [{ style: c.bold }, {}]);
  const isNarrow = terminal.screen === true && table.some((line) => cells(line) > terminal.width);
  return sealed(
    [
      ...(isNarrow
        ? [head, ...rows].flatMap(([name, words]) => [
            ...(name === '' ? [] : [c.bold(name)]),
            `  ${wrap(words, terminal.width, '    ')}`,
          ])
        : table),
      '',
      wrap(
        'A member has a description, pictures, or both. Only what a prompt mentions is sent; `rushes plan` notes where a model gets words only.',
        terminal.width,
        '',
      ),
      '',
    ].join('\n'),
  );
}
