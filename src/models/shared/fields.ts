/** Fields that look alike on most models. */
import { defined } from '../../defined.ts';
import type { Field, Formats } from '../card/card.ts';

export const prompt = (about: string): Field => ({ type: 'text', title: 'Prompt', about });

export const negativePrompt: Field = {
  type: 'text',
  title: 'Negative prompt',
  about: 'What should not be seen.',
};

export const seconds = (from: number, to: number, byDefault = 5): Field => ({
  type: 'whole',
  from,
  to,
  default: byDefault,
  title: 'Duration',
  about: `Whole seconds, ${from} to ${to}. Default ${byDefault}.`,
});

export const secondsOf = (values: readonly number[], byDefault: number): Field => ({
  type: 'choice',
  values,
  default: byDefault,
  title: 'Duration',
  about: `Seconds: ${values.join(', ')}. Default ${byDefault}.`,
});

export const choice = (
  title: string,
  values: readonly (string | number)[],
  byDefault?: string | number,
  about = '',
): Field => ({
  type: 'choice',
  values,
  title,
  about:
    byDefault === undefined ? about || values.join(', ') : `${about} Default ${byDefault}.`.trim(),
  ...defined({ default: byDefault }),
});

export const RATIOS_3 = ['16:9', '9:16', '1:1'] as const;

export const ratio3 = (byDefault?: string): Field =>
  choice('Aspect ratio', RATIOS_3, byDefault, 'Width to height.');

export const flag = (title: string, about: string, byDefault?: boolean): Field => ({
  type: 'flag',
  title,
  about,
  ...defined({ default: byDefault }),
});

export const link = (title: string, about: string, formats?: Formats): Field => ({
  type: 'link',
  title,
  about,
  ...defined({ formats }),
});

export const links = (
  title: string,
  most: number | undefined,
  about: string,
  more: { readonly formats?: Formats; readonly assets?: true } = {},
): Field => ({
  type: 'list',
  of: { type: 'link', ...more },
  ...defined({ most }),
  title,
  about,
});

export const seed = (from: number, to: number): Field => ({
  type: 'whole',
  from,
  to,
  title: 'Seed',
  about: `${from} to ${to}. The same seed gives a similar clip.`,
});

/** Pictures with roles, as APIMart's models take them. */
export const imageWithRoles = (
  roles: readonly string[],
  most: number | undefined,
  more: { readonly assets?: true } = {},
): Field => ({
  type: 'list',
  of: {
    type: 'object',
    fields: {
      url: { type: 'link', required: true, ...more },
      role: { type: 'choice', values: roles, required: true },
    },
  },
  ...defined({ most }),
  title: 'Pictures with roles',
  about: `Public http(s) URLs, each as ${roles.join(', ')}.`,
});

export const nsfwCheck = flag(
  'Extra moderation',
  'A check before the submit. Default false.',
  false,
);
