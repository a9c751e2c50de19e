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
  'broken-rule': {
    title: 'A request breaks a documented rule of its model.',
    page: `The model's own page says that this request would be refused, or (a warning) our reading of it says so. The number in brackets is the rule: rushes models <model> lists them all with their sources. Nothing is sent, because a refused request costs time and some cost money.

    models:
      kling: { use: apimart/kling-v2-6 }
    scenes:
      - { id: rain, prompt: Rain on a tin roof, audio: true }

kling-v2-6 makes sound only in pro, which is its 1080p:

      - { id: rain, prompt: Rain on a tin roof, audio: true, resolution: 1080p }

The place shown is the value that broke the rule. Where it came from defaults or from an alias, the scene that it reached is shown beside it.`,
  },
  'duplicate-render': {
    title: 'Two renders of a project would send the same request.',
    page: `Both would be paid for, and both clips would be of one request. Usually a scene was copied and its prompt not yet changed, or two aliases are the same model with the same settings:

    scenes:
      - { id: crab, prompt: A crab looks up }
      - { id: crab-again, prompt: A crab looks up }

Change one of them, remove one, or ask for more clips of one scene, which get an id, a file and a price each:

    scenes:
      - { id: crab, prompt: A crab looks up, takes: 2 }`,
  },
  'gone-model': {
    title: 'The gateway no longer offers this model.',
    page: `The model was listed once and its end is known, so a request would be refused. Give the alias another model:

    models:
      hero: { use: apimart/kling-v3 }

Clips that the old model made are not deleted: they stay in the lock, as orphans if no scene asks for them any more, until rushes prune.`,
  },
  'journal-damaged': {
    title: "A line of a run's journal cannot be read.",
    page: `The journal records every step of a run that could cost money, one checksummed line each. A torn last line is what a killed run leaves and is no damage. A bad line before the last one means that the disk or a person changed the file.

Every other line was read and what it says is in the lock. The damaged file is kept beside the journal, under a name that ends in .damaged. If the line told of an accepted task, the gateway still knows it: look for it in the gateway's own list and adopt it:

    rushes import crab/kling task_01ABC`,
  },
  'lock-changed': {
    title: 'The lock file was changed while rushes was at work.',
    page: `Something else wrote or removed the lock during a run: a git checkout, a pull, an editor. Nothing is lost: a lock that was removed is written again from the journal, and a changed one is merged with what the run knows.

    git pull            # while rushes render is running

Wait for the run to end, or stop it with Ctrl-C (it can go on later), before you change branches.`,
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
  'missing-key': {
    title: 'No API key is set for a gateway that the plan needs.',
    page: `Keys come from the environment only, never from a file in the repository:

    export APIMART_API_KEY=...
    export EVOLINK_API_KEY=...

validate and plan need no key. To try a project without one and for nothing, render placeholders:

    rushes render --draft`,
  },
  'nothing-selected': {
    title: 'The filters leave no render over.',
    page: `--only takes globs over render ids (scene/alias, and scene/alias/2 for take 2 and up), or over scene ids where there is no slash; --model takes an alias and --tag a tag of scenes:

    rushes plan --only 'crab/*' --tag hero

* stands for anything within one part, ** for any number of parts. In a shell, put globs in quotes.`,
  },
  'out-of-date': {
    title: '--frozen: the lock does not hold what the manifest asks for.',
    page: `With --frozen nothing is ever submitted: the lock must already have a result for every render that the manifest asks for, by fingerprint. These renders were added or changed and not rendered before the commit. Render where that is allowed, and commit the lock:

    rushes render manifests/film.yaml
    git add manifests/film.lock.json`,
  },
  'over-budget': {
    title: 'The estimate is over the cap, so nothing was submitted.',
    page: `The cap is the smallest of budget in the manifest (for that manifest), --budget and RUSHES_BUDGET_USD (both over the sum of all manifests). What killed runs spent under the same cap counts. Admission is all or nothing: no render was sent.

    budget: { usd: 25 }

Render less at a time, or raise the cap that the message names:

    rushes render --only 'intro-*/**'`,
  },
  'paid-elsewhere': {
    title: "Another manifest's lock already holds this very request.",
    page: `A render would be paid for although another lock of this run has its clip, and no scene there asks for it any more: a scene was probably moved from one manifest to the other. Within one manifest that costs nothing, between manifests the result has to be carried over by hand. Put the scene back, or move the entry from one lock to the other, for example:

    git log -p -- manifests/old.lock.json`,
  },
  'retiring-model': {
    title: 'A model will stop working soon.',
    page: `The gateway or the maker of the model has announced its end. Clips are still made, but plan the change to another model now: a later edit of a prompt could find the model gone.

    models:
      hero: { use: apimart/sora-2 }

rushes models shows what is listed, with dates and sources.`,
  },
  'run-recovered': {
    title: 'An earlier run was killed, and its journal was taken in.',
    page: `The run before this one had no time to write its lock: it was killed, or the machine stopped. Every step that could cost money was in its journal, and is in the lock now. Tasks that were under way are followed and fetched, and nothing is sent twice.

There is nothing to do. A submit whose answer was lost is shown as ambiguous; rushes recover lists those.`,
  },
  'same-target': {
    title: 'Two renders would write one file.',
    page: `Clips go to <output>/<project>/<scene>/<alias>.mp4. Two manifests with one project name and one output folder meet there, and so do ids that differ only in upper and lower case on the file systems of macOS and Windows:

    project: film          # in a.yaml
    project: film          # in b.yaml

Name them apart:

    project: film-b        # in b.yaml`,
  },
  'secret-link': {
    title: 'A link in a request is itself a password.',
    page: `A request is written into the lock, and the lock is committed. A link with a user name, a password or a signature in it would give everybody who reads the repository what the link protects, and most of them die within hours:

    first_frame: https://me:secret@example.com/crab.png
    first_frame: https://bucket.s3.amazonaws.com/crab.png?X-Amz-Signature=...

Use a link that is public:

    first_frame: https://example.com/crab.png`,
  },
  'unknown-key': {
    title: 'The manifest has a key that the format does not name.',
    page: 'Keys are never ignored: a key that nobody reads is a setting that you believe in and that does nothing.',
  },
  'unknown-model': {
    title: 'use: names a model that does not exist.',
    page: `A model is written as gateway/name, as rushes models lists it:

    models:
      kling: { use: kling-v3 }

becomes

    models:
      kling: { use: apimart/kling-v3 }`,
  },
  'unknown-profile': {
    title: 'The model has no profile of this name.',
    page: `A profile is an older set of rules of the same model, chosen per alias. Without one, the newest page is the rule.

    models:
      kling: { use: apimart/kling-v3, profile: legacy }

rushes models <model> lists the profiles of a model. Most have none.`,
  },
  'unoffered-word': {
    title: 'A model does not offer this value, or has no such setting.',
    page: `Nothing is changed in silence: a value that a model cannot make is an error that names what it can make.

    models:
      sora: { use: apimart/sora-2 }
    defaults: { duration: 5 }

sora-2 makes 4, 8, 12, 16 or 20 seconds. Say which, for that alias:

    models:
      sora: { use: apimart/sora-2, duration: 4 }

or allow the nearest duration or resolution that is offered, or leaving out a word that the model does not know. Each change is then a note in the plan:

    models:
      sora: { use: apimart/sora-2, fit: nearest, drop: [negative_prompt] }`,
  },
  'unpriced-render': {
    title: 'A capped run may not include renders whose price nobody knows.',
    page: `A cap that does not count everything is no cap. State a price, which then counts:

    prices: { sora: { usd_per_second: 0.3 } }

or accept the alias without one; its renders then count as nothing under the cap:

    budget: { usd: 25, unpriced: [sora] }`,
  },
  'unwritable-value': {
    title: 'A value cannot be written in a request.',
    page: `Requests are JSON in UTF-8. JSON has no infinity and no "not a number", and UTF-8 has no halves of characters:

    params: { cfg_scale: .inf }
    prompt: "\\uD83E"

Write a plain number, and the whole character.`,
  },
} as const satisfies Record<string, Explanation>;

export type DiagnosticCode = keyof typeof EXPLAIN;
