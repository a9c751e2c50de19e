/** Pages of the codes about the text of a file: encoding, YAML, size. */
import type { Explanation } from './explanation.ts';

export const MANIFEST_TEXT = {
  'curly-quotes': {
    title: 'A text is in curly quotes, which would be sent with it.',
    page: `In YAML, only straight quotes are quotes. Word processors insert curly quotes, which YAML treats as part of the text:

    - id: crab
      prompt: “A crab looks up”

Write

    - id: crab
      prompt: "A crab looks up"`,
  },
  'duplicate-key': {
    title: 'A map has a key twice, or a table has a column twice.',
    page: `YAML parsers disagree about which of two equal keys is used, so rushes refuses both:

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

rushes init writes a starter manifest. The smallest manifest is

    rushes: 1
    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: crab, prompt: A crab looks up }`,
  },
  'merge-conflict': {
    title: 'The file contains the markers of a git merge that was not finished.',
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
    title: 'The file contains more than one YAML document.',
    page: `A line --- begins a new document, and a manifest is one document:

    scenes:
      - { id: crab, prompt: A crab looks up }
    ---
    scenes:
      - { id: rain, prompt: Rain on a tin roof }

Put each into its own file, or delete the line. To use several files of scenes, name them under include:. In one file, write

    scenes:
      - { id: crab, prompt: A crab looks up }
      - { id: rain, prompt: Rain on a tin roof }`,
  },
  'newer-format': {
    title: 'The manifest has a newer format than this version of rushes knows.',
    page: `The number after rushes: is the version of the format:

    rushes: 2

This program could misread a newer format, so it does not read the file. Upgrade rushes, here and in the workflow that runs it (npm install rushes@latest). This version knows

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
    page: `Limits protect a build from broken or malicious files. They limit the bytes of a file, the number of its values with aliases expanded, the levels of nesting, and the scenes of a matrix. Real projects are far below the limits:

    x-a: &a [x, x, x, x, x, x, x, x]
    x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a]
    x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b]
    x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c]
    x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d]
    x-f: [*e, *e, *e, *e, *e, *e, *e, *e]

Split the manifest, or put many scenes into a row file (.csv or .jsonl):

    - rows: prompts.csv
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}`,
  },
  'too-many-problems': {
    title: 'Not every problem is listed.',
    page: `After 500 different problems, the others are only counted. So many problems usually have one cause, such as a changed column of a long table:

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

The prompt is "A crab on beach". Put the whole text in quotes (rushes does not warn if a space follows the #):

    prompt: "A crab on beach #2, seen from above"`,
  },
  'yaml-syntax': {
    title: 'The file is not valid YAML.',
    page: `The caret shows where the parser stopped; the mistake is there or just before. Common mistakes: a text that contains ": " or " #", or begins with *, &, @, %, ! or a bracket, without quotes around it; a quote that is not closed; a line with a different indentation than its neighbours.

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
