/** Pages of the codes about keys and values of the manifest language. */
import type { Explanation } from './explanation.ts';

export const MANIFEST_VALUES = {
  'absent-key': {
    title: 'The manifest lacks a key that it needs.',
    page: `Some keys have no default: the format version, a model behind each alias, an id for each scene.

    scenes:
      - prompt: "A crab looks up"

The scene has no name that its clips could be filed under. Write

    scenes:
      - id: crab
        prompt: "A crab looks up"`,
  },
  'bad-name': {
    title: 'A name holds something that names may not hold.',
    page: `Ids of scenes, aliases and projects become folders and files, and parts of render ids such as crab/kling. They are letters and digits of any script, - and _, at most 80 characters, in Unicode form NFC, and no device name of Windows such as con or nul.

    - id: "crab #2"

Two aliases may not differ only in case, because some file systems would file their clips under one name. Write

    - id: crab-2`,
  },
  'bad-url': {
    title: 'A value that should be a link is not one.',
    page: `Images are fetched by the gateway, so it needs a whole public address:

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
    title: 'Two renders ask for the same clip, one of them with the default written out.',
    page: `Documented defaults are never sent, so a field that is written and one that is left out make two requests, which are paid for separately, although the model makes the same of both:

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
    title: 'The manifest has a key that the format does not name.',
    page: `Unknown keys are never ignored: you would expect an effect that the setting does not have.

    - id: crab
      durration: 5
      nsfw_check: true

At the top of a manifest, keys that begin with x- are a place for anchors (x-shared: &shared { duration: 5 }) and are not read. A field of the model's own API goes under params. Write

    - id: crab
      duration: 5
      params: { nsfw_check: true }`,
  },
  'unknown-scene': {
    title: 'extends: names a scene that the project does not have.',
    page: `The id is that of a scene of the manifest or of a file that it includes. A scene with a matrix or rows is named by the id that it ends up with:

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
    page: `Requests are JSON in UTF-8. JSON has no infinity and no "not a number", and UTF-8 has no halves of characters:

    prompt: "A crab \\uD83E"

Write plain numbers, and whole characters:

    prompt: "A crab 🦀"`,
  },
  'wrong-type': {
    title: 'A value is of the wrong kind.',
    page: `Nothing is converted in silence. A number in quotes is a text:

    duration: "5"

YAML 1.2 knows true and false; on, off, yes and no are texts. An id that looks like a number needs quotes: id: "007". Write

    duration: 5`,
  },
  'wrong-value': {
    title: 'A value is of the right kind but cannot be used.',
    page: `The message names what is allowed. An example:

    aspect_ratio: "5:4"

The portable words are 16:9, 9:16, 1:1, 4:3, 3:4, 21:9 and adaptive, or landscape, portrait and square. What one model offers beyond them goes under params.

    aspect_ratio: "16:9"`,
  },
} as const satisfies Record<string, Explanation>;
