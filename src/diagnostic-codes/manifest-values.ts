/** Pages of the codes about keys and values of the manifest language. */
import type { Explanation } from './explanation.ts';

export const MANIFEST_VALUES = {
  'absent-key': {
    title: 'The manifest does not have a required key.',
    page: `Some keys have no default: the format version, a model behind each alias, an id for each scene.

    scenes:
      - prompt: "A crab looks up"

The scene has no id, which names the folder of its clips. Write

    scenes:
      - id: crab
        prompt: "A crab looks up"`,
  },
  'bad-name': {
    title: 'A name contains something that is not allowed in names.',
    page: `Ids of scenes, aliases and projects are used as names of folders and files, and in render ids such as crab/kling. They consist of letters and digits of any script, - and _, with at most 80 characters, in Unicode form NFC. They must not be a device name of Windows such as con or nul.

    - id: "crab #2"

Two aliases must differ in more than case, because some file systems ignore case. Write

    - id: crab-2`,
  },
  'bad-url': {
    title: 'A value that should be a link is not one.',
    page: `The gateway fetches images itself, so it needs a complete public address:

    first_frame: https:/example.com/crab.png

A data: URI is refused too: save the picture in the repository and give its path.

    first_frame: https://example.com/crab.png`,
  },
  'no-effect': {
    title: 'A setting has no effect.',
    page: `A setting that does nothing is probably a mistake: an override for a model that the scene is not rendered on, an exclude that matches no combination, a glob that matches no file, a table without rows. Usually a name is misspelt:

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun], exclude: [{ sky: sunny }] }

Write

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun], exclude: [{ sky: sun }] }`,
  },
  'same-by-default': {
    title: 'Two renders ask for the same clip; one of them states a default value.',
    page: `rushes never sends documented defaults. So a stated default and a missing field make two different requests, which are paid for separately, although the model treats them in the same way:

    models:
      kling: { use: apimart/kling-v3 }
    scenes:
      - { id: crab, prompt: "A crab looks up" }
      - { id: crab-again, prompt: "A crab looks up", duration: 5 }

Remove one of them, or ask for more clips of one scene.

    models:
      kling: { use: apimart/kling-v3 }
    scenes:
      - { id: crab, prompt: "A crab looks up", takes: 2 }`,
  },
  'unknown-alias': {
    title: 'A scene or a setting names an alias that the manifest does not have.',
    page: `An alias is the short name that models: gives to a model.

    models:
      kling: { use: apimart/kling-v3 }
    scenes:
      - id: crab
        models: [klign]

Write

    models:
      kling: { use: apimart/kling-v3 }
    scenes:
      - id: crab
        models: [kling]`,
  },
  'unknown-key': {
    title: 'The manifest has a key that the format does not have.',
    page: `Unknown keys are never ignored, because you expect them to have an effect.

    - id: crab
      durration: 5
      nsfw_check: true

At the top level of a manifest, use keys that begin with x- for anchors (x-shared: &shared { duration: 5 }); they are not read. A field of the model's own API goes under params. Write

    - id: crab
      duration: 5
      params: { nsfw_check: true }`,
  },
  'unknown-scene': {
    title: 'extends: names a scene that the project does not have.',
    page: `The scene must be in the manifest or in a file that it includes. For a scene with a matrix or rows, use an id of the expanded scenes:

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun] }
    - id: rain-at-dawn
      extends: weather

Write

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun] }
    - id: rain-at-dawn
      extends: weather-rain`,
  },
  'unwritable-value': {
    title: 'A value cannot be written in a request.',
    page: `Requests are JSON in UTF-8. JSON has no infinity and no "not a number", and UTF-8 has no half of a surrogate pair:

    prompt: "A crab \\uD83E"

Write ordinary numbers and complete characters:

    prompt: "A crab 🦀"`,
  },
  'wrong-type': {
    title: 'A value has the wrong type.',
    page: `Nothing is converted silently. A number in quotes is a text:

    duration: "5"

In YAML 1.2, only true and false are booleans; on, off, yes and no are texts. An id that looks like a number needs quotes: id: "007". Write

    duration: 5`,
  },
  'wrong-value': {
    title: 'A value has the right type but cannot be used.',
    page: `The message names the allowed values. An example:

    aspect_ratio: "5:4"

The portable words are 16:9, 9:16, 1:1, 4:3, 3:4, 21:9 and adaptive, or landscape, portrait and square. Other ratios of a model go under params.

    aspect_ratio: "16:9"`,
  },
} as const satisfies Record<string, Explanation>;
