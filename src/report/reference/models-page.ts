/**
 * `docs/models.md`: every model with its lengths, sizes, words and prices, and what to do where a
 * model is missing or has moved. Generated from the catalogue.
 */
import type { GatewayName } from '../../ids.ts';
import type { Model } from '../../models/model.ts';
import { lifecycleWords, priceSpan, wordsTaken } from '../models-table.ts';
import { ranges } from '../models-terminal.ts';
import { markdownTable } from '../text/markdown-page.ts';

const TITLES: Readonly<Record<GatewayName, string>> = { apimart: 'APIMart', evolink: 'EvoLink' };

export function modelsMarkdown(models: readonly Model[]): string {
  // The same page on every day: end dates are held against the day on which the facts were read.
  const [asOf = ''] = models
    .map(({ lifecycle }) => lifecycle.asOf)
    .sort()
    .reverse();
  const gateways = [...new Set(models.map(({ gateway }) => gateway))];
  return `${[
    '# The models',
    '',
    'Generated from the catalogue: `npm run schemas` writes this page. `rushes models` prints the same, `rushes models <model>` has the rules, prices',
    'and an example of one, and `rushes models --offers duration:15,audio` names those that can do both.',
    '',
    'Every model takes `prompt`, and `duration`, `resolution` and `aspect_ratio` where it has a choice. Prices are those of a typical clip, from the lists that',
    'the page of the model names with their dates; a plan has the exact amount of every render.',
    '',
    ...gateways.flatMap((gateway) => [
      `## ${TITLES[gateway]}`,
      '',
      ...markdownTable(
        ['model', 'duration', 'resolution', 'also takes', 'price'],
        models
          .filter((model) => model.gateway === gateway)
          .map((model) => [
            [`\`${model.name}\``, lifecycleWords(model.lifecycle, asOf)]
              .filter((part) => part !== '')
              .join(', '),
            ranges(model.offers.duration, 's'),
            model.offers.resolution.join(', '),
            wordsTaken(model).join(', '),
            priceSpan(model),
          ]),
      ),
      '',
    ]),
    ...TEXT,
  ].join('\n')}\n`;
}

const TEXT: readonly string[] = `## Changes at the gateways

\`rushes models check\` asks both gateways, for free, for their facts about these models, and compares them with the catalogue:

| word | meaning |
| --- | --- |
| gone | the gateway does not list the model any more, or calls it retired |
| lifecycle | the gateway gives the model another status than the card, such as deprecated |
| price | a typical clip has another price |
| values | the model takes other durations or qualities |

The exit code is 2 if something has changed, 69 if a gateway gave no answer at all, else 0; \`--json\` has all details. If a gateway does not answer a query, the result says so, and it is not reported as a change. Video models that the catalogue does not have are listed, and do not change the exit code. Nothing is changed and nothing is paid: the list of
APIMart's models needs \`APIMART_API_KEY\`, everything else needs no key. \`APIMART_SITE_URL\` is the web site with APIMart's prices
(default \`https://apimart.ai\`, or \`APIMART_BASE_URL\` if that is set).

To check once a week, use \`.github/workflows/rushes-models.yml\` from \`rushes init --github\`. It keeps one issue: opened when something has changed, edited when something else changes, closed when the gateways agree with the cards. Without \`issue: 'true'\` the job fails instead, with a warning for each change. It needs
\`issues: write\` and nothing else; \`APIMART_API_KEY\` as a repository secret lets it see the list of APIMart's models.

Until a newer version of rushes has the new price, state it under \`prices:\` in the manifest.

## A model of your own

\`rushes models new apimart/wan-x\` writes \`models/wan-x.yaml\`: a valid card with a comment on every part. To use it, write \`use: ./models/wan-x.yaml\` in a manifest. You are responsible for its facts: plan, status, gallery and lock show the model as \`apimart/wan-x.unchecked\`.

A card has fields, words, frames, references, shots, elements, limits on pictures, rules and prices. Each part is one key:

| key | what it does |
| --- | --- |
| \`shots\` | \`shots:\` of a scene. Adds the fields \`multi_shot\`, \`shot_type\` and \`multi_prompt\`, at the top level or \`inside: model_params\`, and their rules |
| \`elements\` | \`elements:\` of a scene, and cast members. \`as: described\` adds \`element_list\` with name, description and pictures; \`as: ids\` adds \`model_params.element_list\` |
| \`pictures\` | types, megabytes, sides, ratio and transparency that a picture of the repository may have |
| a rule with \`tags\` | marks such as \`<<<image_#>>>\` in a prompt are counted, and a cast member whose pictures are references is sent as its marks |

Shots and elements have the form of Kling's API, the only form that models of the two gateways use. If a model has another form, write its native fields
under \`params:\` of a scene; the card lists them under \`fields\`, so that their types are checked.`.split(
  '\n',
);
