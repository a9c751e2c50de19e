/** Pages of the codes about what a plan or a run needs before it may begin. */
import type { Explanation } from './explanation.ts';

export const RUNS = {
  'bad-setting': {
    title: 'An environment variable cannot be used as it is.',
    page: `For example, a key contains a line break, or a base URL would send the key over plain http:

    export APIMART_BASE_URL=http://gateway.example.com

Write https://, or plain http for this machine only (127.0.0.1, localhost). Paste keys without spaces and line breaks.

    export APIMART_BASE_URL=http://127.0.0.1:4010`,
  },
  'missing-key': {
    title: 'No API key is set for a gateway that the plan needs.',
    page: `A render that costs money needs the key of its gateway:

    rushes render

Keys come from the environment only, never from a file in the repository:

    export APIMART_API_KEY=...
    export EVOLINK_API_KEY=...

validate and plan need no key. To try a project without a key and at no cost, render placeholders:

    rushes render --draft`,
  },
  'nothing-selected': {
    title: 'A selector selects no render.',
    page: `--only takes ids and globs, --model an alias, --tag a tag of scenes. Several selectors of one kind select more; a second kind of selector selects less. A selector that matches no render is an error (exit 64) that lists the possible values:

    rushes plan --only 'carb/*' --tag hero

* stands for anything within one part, ** for any number of parts, {a,b} for one of several words:

    crab             everything of scene crab
    crab/*           every take of it on every model
    crab/kling       take 1 on kling
    crab/kling/2     take 2
    crab/kling/*     every take on kling
    */kling          every take on kling of every scene
    film:crab        scene crab of film.yaml

In a shell, put globs in quotes:

    rushes plan --only 'crab/*' --tag hero`,
  },
  'open-files': {
    title: 'The run needs more open files than this process may have.',
    page: `A connection is an open file too, and the shell, service or container limits the number of open files (ulimit -n). rushes checks the limit before it sends anything, because a run that cannot open its record or a connection stops in the middle:

    limits: { in_flight: 200, gateways: { apimart: { in_flight: 200 } } }

Run where the limit is higher, or let fewer tasks run at the same time:

    limits: { in_flight: 10, gateways: { apimart: { in_flight: 10 } } }`,
  },
  'out-of-date': {
    title: '--frozen: the lock does not have all results that the manifest asks for.',
    page: `With --frozen nothing is ever submitted: the lock must already have a result for every render that the manifest asks for, by fingerprint. These renders were added or changed and not rendered before the commit:

    rushes render --frozen

Render where that is allowed, and commit the lock:

    rushes render
    git add manifests/film.lock.json
    rushes render --frozen`,
  },
  'output-blocked': {
    title: 'A clip cannot be written to its output path.',
    page: `The path is in use: there is a folder at the path of the clip, a file at the path of a folder, or a link that leads out of the project. Or this machine cannot write it: the folder is read-only, or a name is too long (on Linux, 255 bytes). rushes checks this before it sends anything, because a clip that cannot be saved is paid for and lost:

    output: package.json

Move it away, or set another folder in the manifest:

    output: renders`,
  },
  'over-budget': {
    title: 'The estimate is over the cap, so nothing was submitted.',
    page: `The cap is the smallest of budget in the manifest (for that manifest), --budget and RUSHES_BUDGET_USD (both for the sum of all manifests). Money that killed runs spent under the same cap counts too. A plan is admitted completely or not at all: no render was sent.

    budget: { usd: 0.25 }

Render less at a time (rushes render --only 'intro-*'), or raise the cap that the message names:

    budget: { usd: 25 }`,
  },
  'plan-moved': {
    title: 'The saved plan is out of date.',
    page: `A saved plan approves exactly these renders at this price. Since it was saved, a manifest, a row file, a lock or the program has changed:

    rushes plan --out plan.json
    git pull                       # which changes a scene
    rushes render --plan plan.json

Check the new plan, have it approved, and save it again. The saved file is only compared with the new plan; no request is ever taken from it.

    rushes plan --out plan.json
    rushes render --plan plan.json`,
  },
  'strict-warning': {
    title: 'There is a warning, and --strict allows none.',
    page: `With --strict, validate, plan and render treat every warning as an error, before anything is sent. Use it in CI to enforce limits that are only warnings, such as those of the older page of kling-v3:

    models:
      kling: { use: apimart/kling-v3, profile: legacy }
    scenes:
      - { id: crab, prompt: "A crab looks up", duration: 7 }

Correct the place that the warning shows, or leave out --strict.

    models:
      kling: { use: apimart/kling-v3, profile: legacy }
    scenes:
      - { id: crab, prompt: "A crab looks up", duration: 5 }`,
  },
} as const satisfies Record<string, Explanation>;
