/** Pages of the codes about the text of a file: encoding, YAML, size. */
import type { Explanation } from './explanation.ts';

export const MANIFEST_TEXT = {
  'curly-quotes': {
    title: 'A text is in curly quotes, which are sent with it.',
    page: `Only straight quotes are quotes to YAML. Word processors insert curly quotes, and YAML treats them as part of the text:

    - id: crab
      prompt: “A crab looks up”

Write

    - id: crab
      prompt: "A crab looks up"`,
  },
  'duplicate-key': {
    title: 'A map has a key twice, or a table a column.',
    page: `YAML parsers disagree about which of two equal keys counts, so rushes refuses both:

    defaults:
      duration: 5
      aspect_ratio: "16:9"
      duration: 8

Delete one of them:

    defaults:
      aspect_ratio: "16:9"
      duration: 8`,
  },
  'empty-file': {
    title: 'The file is empty.',
    page: `A file with only blank lines or comments is empty, usually by mistake:

    # scenes to come

rushes init writes a starter. The least that a manifest says is

    rushes: 1
    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: crab, prompt: A crab looks up }`,
  },
  'merge-conflict': {
    title: 'The file holds the markers of a git merge that was not finished.',
    page: `Git could not decide between two versions of some lines and left both:

    <<<<<<< HEAD
        duration: 5
    =======
        duration: 8
    >>>>>>> feature

Keep the lines that you want, delete the three marker lines, and run the command again:

        duration: 8`,
  },
  'multi-document': {
    title: 'The file holds more than one YAML document.',
    page: `A line --- begins a new document, and a manifest is one document:

    scenes:
      - { id: crab, prompt: A crab looks up }
    ---
    scenes:
      - { id: rain, prompt: Rain on a tin roof }

Put each into a file of its own, or delete the line. To have several files of scenes, name them under include:. In one file it is

    scenes:
      - { id: crab, prompt: A crab looks up }
      - { id: rain, prompt: Rain on a tin roof }`,
  },
  'newer-format': {
    title: 'The manifest is written in a newer format than this rushes knows.',
    page: `The number after rushes: is the version of the format:

    rushes: 2

This program would misread what it does not know, so it reads nothing. Upgrade it, here and in the workflow that runs it (npm install rushes@latest). The version that it knows is

    rushes: 1`,
  },
  'not-text': {
    title: 'The file is not UTF-8 text.',
    page: `Manifests, rows and prompts are read as UTF-8, with or without a byte order mark. Some editors of Windows save UTF-16 ("Unicode"), and git cannot compare such files either:

    rushes: 1                  # saved as UTF-16

Save the file as UTF-8:

    rushes: 1                  # saved as UTF-8`,
  },
  'too-large': {
    title: 'The file or the project is too large.',
    page: `Limits protect a build from broken or malicious files: bytes of a file, values in it with its aliases written out, levels of nesting, scenes made by a matrix. Real projects stay far below them:

    x-a: &a [x, x, x, x, x, x, x, x]
    x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a]
    x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b]
    x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c]
    x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d]
    x-f: [*e, *e, *e, *e, *e, *e, *e, *e]

Split the manifest, or put many scenes into a file of rows (.csv or .jsonl):

    - rows: prompts.csv
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}`,
  },
  'too-many-problems': {
    title: 'Not every problem is listed.',
    page: `After 500 different problems the rest is only counted. So many usually have one cause, such as a column of a long table that is not what it was:

    id,duration               # and 600 rows
    crab-1,five

Fix the first ones and run the command again:

    id,duration               # and 600 rows
    crab-1,5`,
  },
  'yaml-comment': {
    title: 'A # turned part of a text into a comment.',
    page: `After a space, # starts a comment. The text after it is not sent:

    prompt: A crab on beach #2, seen from above

The prompt is "A crab on beach". Put the whole text in quotes (a comment gives no warning if a blank follows its #):

    prompt: "A crab on beach #2, seen from above"`,
  },
  'yaml-syntax': {
    title: 'The file is not valid YAML.',
    page: `The caret shows where the text stopped making sense; the mistake is there or just before. The usual ones: a text that holds ": " or " #", or begins with *, &, @, %, ! or a bracket, without quotes around it; a quote that is not closed; a line that is indented differently from its neighbours.

    prompt: Wide: the beach

Write

    prompt: "Wide: the beach"`,
  },
  'yaml-tab': {
    title: 'A line is indented with a tab.',
    page: `YAML allows only spaces at the beginning of a line. Editors show a tab as different numbers of spaces:

    defaults:
    \tduration: 5

Most editors can convert: in VS Code, "Convert Indentation to Spaces".

    defaults:
      duration: 5`,
  },
} as const satisfies Record<string, Explanation>;
