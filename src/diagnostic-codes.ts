/**
 * Every diagnostic code with the page that `rushes explain <code>` prints. Codes are stable: scripts match on them.
 * Write what the code means, an example that is wrong, and what to write instead. Keep the list sorted.
 */
export interface Explanation {
  /** One line. */
  readonly title: string;
  /** Plain text, paragraphs separated by an empty line; examples are indented by four spaces. */
  readonly page: string;
}

export const EXPLAIN = {
  'journal-damaged': {
    title: "A line of a run's journal cannot be read.",
    page: `The journal records every step of a run that could cost money, one checksummed line each. A torn last line is what a killed run leaves and is no damage. A bad line before the last one means that the disk or a person changed the file.

Every other line was read and what it says is in the lock. The damaged file is kept beside the journal, under a name that ends in .damaged. If the line told of an accepted task, the gateway still knows it: look for it in the gateway's own list and adopt it:

    rushes import crab/kling task_01ABC`,
  },
  'lock-conflict': {
    title: 'The lock holds the markers of a git merge that was not finished.',
    page: `Two branches rendered, and git could not merge their locks line by line:

    <<<<<<< HEAD
        "task": "task_01ABC",
    =======
        "task": "task_01XYZ",
    >>>>>>> feature

Do not pick one side by hand: the other side's clips are paid for too. Let rushes merge, which keeps both:

    rushes lock merge manifests/film.lock.json

rushes init --git makes git do so by itself from then on.`,
  },
  'lock-invalid': {
    title: 'The lock file cannot be read.',
    page: `The lock says what was rendered and paid for, so nothing in it is guessed or passed over: text that is not JSON, an unknown key, a key that stands twice or a value of the wrong kind stops every command before money. It is usually left by an edit or a merge done by hand:

    "status": "complete",

where the word is

    "status": "completed",

Take the last good version from git (git log -p -- manifests/film.lock.json), then run rushes collect, which fetches what was paid for.`,
  },
  'lock-newer': {
    title: 'The lock was written by a newer rushes.',
    page: `The number after lockVersion is the version of the format. This program knows an older one, and would lose what it cannot read:

    "lockVersion": 2

Use the version of rushes that wrote the file, here and in CI:

    npm install rushes@latest`,
  },
  'unknown-key': {
    title: 'The manifest has a key that the format does not name.',
    page: 'Keys are never ignored: a key that nobody reads is a setting that you believe in and that does nothing.',
  },
} as const satisfies Record<string, Explanation>;

export type DiagnosticCode = keyof typeof EXPLAIN;
