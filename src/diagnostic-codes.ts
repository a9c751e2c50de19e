/**
 * Every diagnostic code with the page that `rushes explain <code>` prints. Codes are stable:
 * scripts match on them. Write what the code means, an example that is wrong, and what to write
 * instead: the first example of a page is wrong and has the code, the last one is right and has
 * not, which a test holds them to.
 */
export interface Explanation {
  /** One line. */
  readonly title: string;
  /** Plain text, paragraphs separated by an empty line; examples are indented by four spaces. */
  readonly page: string;
}

export const EXPLAIN = {
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
  'bad-setting': {
    title: 'An environment variable cannot be used as it is.',
    page: `A key with a line break inside, or a base URL that would send the key over plain http:

    export APIMART_BASE_URL=http://gateway.example.com

Write https://, or plain http for this machine only (127.0.0.1, localhost). Paste keys without spaces and line breaks.

    export APIMART_BASE_URL=http://127.0.0.1:4010`,
  },
  'bad-url': {
    title: 'A value that should be a link is not one.',
    page: `Images are fetched by the gateway, so it needs a whole public address:

    first_frame: https:/example.com/crab.png

A data: URI is refused too: save the picture in the repository and give its path.

    first_frame: https://example.com/crab.png`,
  },
  'broken-card': {
    title: 'The parts of a model card do not fit together.',
    page: `A model card of your own (use: ./models/wan.yaml) names a field that its table does not have, or gives a field a bound that its type does not know. rushes models new writes a card to start from.

    fields:
      duration: { type: whole, from: 2, to: 15 }
    words:
      duration: seconds

A word, a rule or a price names a field of the table, or model_params.field for one inside another:

    words:
      duration: duration`,
  },
  'broken-rule': {
    title: 'A request breaks a documented rule of its model.',
    page: `The model's own page says that this request would be refused, or (a warning) our reading of it says so. The number in brackets is the rule: rushes models <model> lists them all with their sources. Nothing is sent, because a refused request costs time and some cost money.

    models:
      kling: { use: apimart/kling-v2-6 }
    scenes:
      - { id: rain, prompt: Rain on a tin roof, audio: true }

The place shown is the value that broke the rule. Where it came from defaults or from an alias, the scene that it reached is shown beside it. kling-v2-6 makes sound only in pro, which is its 1080p:

    models:
      kling: { use: apimart/kling-v2-6 }
    scenes:
      - { id: rain, prompt: Rain on a tin roof, audio: true, resolution: 1080p }`,
  },
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
  'duplicate-scene': {
    title: 'Two scenes have the same id.',
    page: `The id names the folder of a scene's clips and its entries in the lock, so it is unique in the project, over all included files, and also without regard to case (some file systems know none).

A scene with a matrix or rows needs an id that names what differs:

    - id: weather
      matrix: { sky: [rain, sun] }

makes two scenes of one name. Write

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun] }

For a second clip of the same scene use takes:

    - id: weather
      takes: 2`,
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
  'extends-circle': {
    title: 'Scenes extend each other in a circle.',
    page: `extends: lays the settings of another scene beneath those of this one. In a circle no scene is the first one to read:

    - id: a
      extends: b
    - id: b
      extends: a

Let one of them stand on its own:

    - id: a
      prompt: A crab looks up
    - id: b
      extends: a
      duration: 8`,
  },
  'frame-circle': {
    title: 'Scenes wait for frames of each other.',
    page: `A scene that begins with a frame of another one is rendered after it. Here each waits for the other, and none can be the first:

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day", first_frame: { scene: night, frame: last } }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: last } }

The message names every step. Begin one of them with a picture of its own, or with none:

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day" }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: last } }`,
  },
  'frame-of-other-manifest': {
    title: 'A frame is asked for of a scene in another manifest.',
    page: `Each manifest has a lock and runs by itself, so a scene can only go on from a scene of the same manifest.

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: night, prompt: "The bay by night", first_frame: { scene: "film:day", frame: last } }

Put both into one manifest. Scenes may come from several files:

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day" }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: last } }`,
  },
  'frame-of-render': {
    title: 'The render whose frame is asked for does not exist.',
    page: `The scene is there, but not on that model, or without that take. Without model and take a frame is that of the scene's pick, else of take 1 on the model that is rendered.

    models: { kling: { use: apimart/kling-v3 }, old: { use: apimart/kling-v2-6 } }
    scenes:
      - { id: day, prompt: "The bay by day", models: [old] }
      - { id: night, prompt: "The bay by night", models: [kling], first_frame: { scene: day, frame: last, take: 2 } }

Name a model and a take that the scene has, or rushes pick the clip to go on from:

    models: { kling: { use: apimart/kling-v3 }, old: { use: apimart/kling-v2-6 } }
    scenes:
      - { id: day, prompt: "The bay by day", models: [old] }
      - { id: night, prompt: "The bay by night", models: [kling], first_frame: { scene: day, frame: last, model: old } }`,
  },
  'frame-past-end': {
    title: 'A frame is asked for at a time that the clip does not have.',
    page: `The time of a frame is in seconds of the clip that it comes from.

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day", duration: 5 }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: 7.5 } }

Name a time before the end, or last:

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day", duration: 5 }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: last } }`,
  },
  'gone-model': {
    title: 'The gateway no longer offers this model.',
    page: `The model was listed once and its end is known, so a request would be refused:

    models:
      hero: { use: apimart/sora-2 }     # once it is gone

Clips that the old model made are not deleted: they stay in the lock, as orphans if no scene asks for them any more, until rushes prune. Give the alias another model:

    models:
      hero: { use: apimart/kling-v3 }`,
  },
  'include-circle': {
    title: 'Files include each other in a circle.',
    page: `A file that includes a file that includes the first one would never end:

    include: [scenes.yaml]     # in film.yaml
    include: [film.yaml]       # in scenes.yaml

Delete one of the includes. A glob may also match its own file, which is then left out:

    include: ["*.yaml"]        # in film.yaml`,
  },
  'journal-damaged': {
    title: "A line of a run's journal cannot be read.",
    page: `The journal records every step of a run that could cost money, one checksummed line each. A torn last line is what a killed run leaves and is not damage. A bad line before the last one means that the disk or a person changed the file:

    {"crc32":"9ae0daaf","event":{"kind":"accepted","at":"2026-

Every other line was read and what it says is in the lock. The damaged file is kept beside the journal, under a name that ends in .damaged. If the line told of an accepted task, the gateway still knows it: look for it in the gateway's own list and adopt it:

    rushes import crab/kling task_01ABC`,
  },
  'local-image': {
    title: 'A local file stands where only a link can be sent.',
    page: `Pictures of the repository are sent by their path. Videos and sounds are not: a gateway fetches them itself, from a public address.

    models: { seedance: { use: apimart/seedance-2.0 } }
    scenes:
      - id: crab
        prompt: "A crab, in the rhythm of the sound"
        references: { audios: [sounds/waves.mp3] }

Upload the file to a public place and give its address. A picture is written as a path relative to the file that names it, not as a file: URI.

    models: { seedance: { use: apimart/seedance-2.0 } }
    scenes:
      - id: crab
        prompt: "A crab, in the rhythm of the sound"
        references:
          images: [https://example.com/crab.png]
          audios: [https://example.com/waves.mp3]`,
  },
  'lock-changed': {
    title: 'The lock file was changed while rushes was running.',
    page: `Something else wrote or removed the lock during a run: a git checkout, a pull, an editor. Nothing is lost: a lock that was removed is written again from the journal, and a changed one is merged with what the run knows.

    git pull            # while rushes render is running

Wait for the run to end, or stop it with Ctrl-C (it can go on later), before you change branches:

    git pull            # after rushes render has ended`,
  },
  'lock-conflict': {
    title: 'The lock holds the markers of a git merge that was not finished.',
    page: `Two branches rendered, and git could not merge their locks line by line:

    <<<<<<< HEAD
        "task": "task_01ABC",
    =======
        "task": "task_01XYZ",
    >>>>>>> feature

Do not pick one side by hand: the other side's clips are paid for too. Let rushes merge, which keeps both (rushes init --git makes git do this automatically):

    rushes lock merge manifests/film.lock.json`,
  },
  'lock-invalid': {
    title: 'The lock file cannot be read.',
    page: `The lock says what was rendered and paid for, so nothing in it is guessed or passed over: text that is not JSON, an unknown key, a duplicate key or a value of the wrong type stops every command before anything is paid. It is usually left by an edit or a merge done by hand:

    "status": "complete",

Take the last good version from git (git log -p -- manifests/film.lock.json), then run rushes collect, which fetches what was paid for. Here the word is

    "status": "completed",`,
  },
  'lock-newer': {
    title: 'The lock was written by a newer rushes.',
    page: `The number after lockVersion is the version of the format. This program knows an older one, and would lose what it cannot read:

    "lockVersion": 2,

Use the version of rushes that wrote the file, here and in CI (npm install rushes@latest). This one writes

    "lockVersion": 1,`,
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
  'missing-key': {
    title: 'No API key is set for a gateway that the plan needs.',
    page: `A render that would be paid for needs the key of its gateway:

    rushes render

Keys come from the environment only, never from a file in the repository:

    export APIMART_API_KEY=...
    export EVOLINK_API_KEY=...

validate and plan need no key. To try a project without one and for nothing, render placeholders:

    rushes render --draft`,
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
  'no-decoder': {
    title: 'Nothing on this machine can take a frame of a clip.',
    page: `A scene that begins with a frame of another clip needs a program that decodes video. Without one rushes plan warns, and rushes render refuses before anything is submitted (exit 69):

    rushes plan   # without ffmpeg

Install ffmpeg and put it on PATH:

    apt install ffmpeg   # or: brew install ffmpeg
    rushes plan

GitHub's runners come without it: install it in a step before. Where no program can be installed, the npm package node-webcodecs does it too (Linux, and macOS on Apple silicon): npm install node-webcodecs, beside rushes.`,
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
  'no-file': {
    title: 'A file does not exist or cannot be read.',
    page: `Paths are relative to the file that names them, with / between folders. With a table beside the manifest,

    - rows: prompts.csv         # in scenes/beach.yaml
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}

means scenes/prompts.csv, which is not there. Write .. for the folder above:

    - rows: ../prompts.csv      # in scenes/beach.yaml
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}`,
  },
  'not-text': {
    title: 'The file is not UTF-8 text.',
    page: `Manifests, rows and prompts are read as UTF-8, with or without a byte order mark. Some editors of Windows save UTF-16 ("Unicode"), and git cannot compare such files either:

    rushes: 1                  # saved as UTF-16

Save the file as UTF-8:

    rushes: 1                  # saved as UTF-8`,
  },
  'nothing-selected': {
    title: 'A selector selects no render.',
    page: `--only takes ids and globs, --model an alias, --tag a tag of scenes. Lists of one kind add to each other, the kinds narrow each other. A selector that fits no render is an error (exit 64) that lists what there is:

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
    page: `A connection is an open file too, and the shell, service or container limits how many a program may have (ulimit -n). It is looked at before anything is sent, because a run that cannot open its record or a connection stops in the middle:

    limits: { in_flight: 200, gateways: { apimart: { in_flight: 200 } } }

Run where the limit is higher, or let fewer tasks run at the same time:

    limits: { in_flight: 10, gateways: { apimart: { in_flight: 10 } } }`,
  },
  'out-of-date': {
    title: '--frozen: the lock does not hold what the manifest asks for.',
    page: `With --frozen nothing is ever submitted: the lock must already have a result for every render that the manifest asks for, by fingerprint. These renders were added or changed and not rendered before the commit:

    rushes render --frozen

Render where that is allowed, and commit the lock:

    rushes render
    git add manifests/film.lock.json
    rushes render --frozen`,
  },
  'output-blocked': {
    title: 'A clip cannot be written to its output path.',
    page: `Something else has the name: a folder where the clip belongs, a file where a folder belongs, or a link that leads out of the project. It is looked at before anything is sent, because a clip that cannot be saved is paid for and lost:

    output: package.json

Move it away, or set another folder in the manifest:

    output: renders`,
  },
  'outside-project': {
    title: 'A path leads out of the project.',
    page: `A manifest may come from a pull request of a stranger, so it can name only files below the project root: the nearest folder above the manifest that holds .git, else package.json, else the manifest's own folder. Links are followed first. Absolute paths and backslashes are refused because they mean different things on different machines.

    rows: /home/me/prompts.csv

Copy the file into the project and write

    rows: prompts.csv`,
  },
  'over-budget': {
    title: 'The estimate is over the cap, so nothing was submitted.',
    page: `The cap is the smallest of budget in the manifest (for that manifest), --budget and RUSHES_BUDGET_USD (both over the sum of all manifests). What killed runs spent under the same cap counts. Admission is all or nothing: no render was sent.

    budget: { usd: 0.25 }

Render less at a time (rushes render --only 'intro-*'), or raise the cap that the message names:

    budget: { usd: 25 }`,
  },
  'reservation-cleared': {
    title: 'A machine that is gone reserved this request and never sent it.',
    page: `With the spend record on a git remote (\`--record\`, or the action), each request is reserved there before it is sent. A machine that vanishes, such as a runner that is lost with its disk, leaves reservations whose outcome is unknown. EvoLink lists its tasks: if ten minutes later its list has no task of that model from that time that belongs to nothing else, the request was never accepted. The reservation is released, and the render is sent:

    rushes render --record origin

Nothing is left to do. The next run is as usual:

    rushes render --record origin   # once more`,
  },
  'reservation-open': {
    title: 'A task at the gateway may be of a reserved request.',
    page: `As \`reservation-cleared\`, but the gateway's list has a task of that model from that time that belongs to nothing else. The render is held (exit 5):

    rushes render --record origin

Look at the task in the account. If it is the render's, \`rushes recover crab/kling --adopt <task>\` takes it; if not, say so:

    rushes recover crab/kling --never-happened
    rushes render --record origin`,
  },
  'paid-elsewhere': {
    title: "Another manifest's lock already holds this request.",
    page: `A render would be paid for although another lock in the same folder has its clip, and no scene of that manifest asks for it any more: a scene was moved from one manifest to the other, and only one of them was named. Nothing is sent, because it would be paid for twice:

    rushes plan manifests/new.yaml

If the old manifest is gone because the file itself was renamed, rename its lock too:

    git mv manifests/old.lock.json manifests/new.lock.json

Otherwise name both (with no manifest named, both are in the plan anyway), and the result moves with its clip, its history and its decisions. It costs nothing:

    rushes plan manifests/old.yaml manifests/new.yaml

If it is meant to be made once more, let it move first, and then ask for it: \`rushes redo\`.`,
  },
  'pick-conflict': {
    title: 'Two branches chose differently for one scene.',
    page: `Each branch had a pick of its own for the scene, or one picked the clip that the other rejected. A merge of the locks keeps both, because neither branch is more right than the other, and ends with exit code 5, which git shows as a conflict. The file itself is valid:

    git merge other   # there, rushes pick crab/kling/2; here, rushes pick crab/kling
    rushes plan

Choose, then add the lock to the merge:

    rushes pick crab/kling/2
    git add manifests/film.lock.json
    rushes plan

To keep both clips, say so: rushes pick crab/sora --also. Until then a scene that continues this one cannot know which clip it continues.`,
  },
  'picture-animated': {
    title: 'A picture moves.',
    page: `Models take still pictures. For an animated PNG or WebP, a service uses an arbitrary frame or refuses the file.

    first_frame: refs/moving.png

Save the frame that you mean as PNG and name that:

    first_frame: refs/crab.png`,
  },
  'picture-cmyk': {
    title: 'A JPEG uses CMYK colors.',
    page: `Services expect RGB. They may refuse a CMYK file, or read it with other colours. The picture is sent; this is a warning.

    first_frame: refs/cmyk.jpg

Save it in RGB, for example with magick cmyk.jpg -colorspace sRGB crab.jpg:

    first_frame: refs/crab.jpg`,
  },
  'picture-empty': {
    title: 'The file of a picture is empty.',
    page: `A file of 0 bytes is what an interrupted copy or an export without rights leaves.

    first_frame: refs/empty.png

Restore the file, or save it again:

    first_frame: refs/crab.png`,
  },
  'picture-extension': {
    title: 'The name of a picture says another type than its bytes.',
    page: `The type is read from the bytes, as the gateways do. A JPEG that is called .png is usually a file that was renamed and not converted, and other tools may fail on it.

    first_frame: refs/photo.png

Rename the file:

    first_frame: refs/crab.jpg`,
  },
  'picture-folder': {
    title: 'A path names a folder, not a picture.',
    page: `Each picture is named by itself.

    first_frame: refs

Name one file:

    first_frame: refs/crab.png`,
  },
  'picture-format': {
    title: 'A file is not a picture that the gateways take.',
    page: `Pictures are JPEG, PNG or WebP. GIF, HEIC, TIFF, SVG and others must be converted; a web page that was saved under the name of a picture is not one.

    first_frame: refs/crab.gif

Convert it, for example with magick crab.gif crab.png:

    first_frame: refs/crab.png`,
  },
  'picture-lfs-pointer': {
    title: 'A picture is stored with Git LFS and was not downloaded.',
    page: `Where Git LFS is not installed, or a checkout leaves it out, a file holds three lines of text in place of the picture.

    first_frame: refs/pointer.png

Run git lfs pull; in GitHub Actions set lfs: true on actions/checkout. Then the same path is a picture:

    first_frame: refs/crab.png`,
  },
  'picture-rotated': {
    title: 'A photo is stored rotated and relies on its EXIF orientation.',
    page: `Viewers turn it upright; a service may ignore that, and the clip lies on its side. The picture is sent as it is; this is a warning.

    first_frame: refs/turned.jpg

Save it upright, for example with magick turned.jpg -auto-orient crab.jpg:

    first_frame: refs/crab.jpg`,
  },
  'picture-small': {
    title: 'A picture has fewer than 300 pixels on a side.',
    page: `Most models refuse such pictures or follow them badly. Where a model states its own limit, that holds; this is a warning for the others.

    first_frame: refs/small.png

Use a larger one:

    first_frame: refs/crab.png`,
  },
  'picture-too-large': {
    title: 'A picture has more bytes than the gateway takes.',
    page: `APIMart takes files up to 20 MB, EvoLink up to 95 MB. The limit of a model can be lower.

    first_frame: refs/large.png

Save it as JPEG, or with fewer pixels:

    first_frame: refs/crab.jpg`,
  },
  'picture-truncated': {
    title: 'The end of a picture is missing.',
    page: `The file is shorter than its header says. An interrupted download or copy leaves such files; a service would refuse it, or show half a picture.

    first_frame: refs/half.png

Restore the file, or save it again:

    first_frame: refs/crab.png`,
  },
  'plan-moved': {
    title: 'The saved plan is out of date.',
    page: `A saved plan is an approval of exactly these renders at this price. Since then a manifest, a row file, a lock or the program has changed:

    rushes plan --out plan.json
    git pull                       # which changes a scene
    rushes render --plan plan.json

Look at the new plan, have it approved, and save it again. The file is only compared; no request is ever taken from it.

    rushes plan --out plan.json
    rushes render --plan plan.json`,
  },
  'retiring-model': {
    title: 'A model will stop working soon.',
    page: `The gateway or the maker of the model has announced its end. Clips are still made, but plan the change to another model now: a later edit of a prompt could find the model gone.

    models:
      hero: { use: apimart/sora-2 }

rushes models shows what is listed, with dates and sources:

    models:
      hero: { use: apimart/kling-v3 }`,
  },
  'row-file': {
    title: 'A file of rows is not well-formed.',
    page: `A .csv file is comma separated, and its first line names the columns. A comma inside a cell begins another one:

    id,prompt
    crab,A crab says hello, then hides

A .jsonl file has one JSON object a line:

    {"id": "crab", "prompt": "A crab looks up", "duration": 5}

In a .csv file a cell that holds a comma, a quote or a line break is in quotes, with quotes inside it written twice:

    id,prompt
    crab,"A crab says ""hello"", then hides"`,
  },
  'private-file': {
    title: 'A manifest names a file that is not meant for the repository.',
    page: `What a manifest reads goes to a gateway, into the lock and onto pages. A manifest may come from a pull request of a stranger, so it cannot read files whose name or folder begins with a dot (.env, .git/config, .npmrc), anything in git's own folder, or text files that git ignores. Links are followed first: a link to such a file is refused too.

    prompt: { file: .env }

Put the text into a file of its own, and commit it:

    prompt: { file: prompts/crab.txt }`,
  },
  'run-recovered': {
    title: 'An earlier run was killed, and its journal was recovered.',
    page: `The run before this one had no time to write its lock: it was killed, or the machine stopped. Every step that could cost money was in its journal, and is in the lock now. Tasks that were under way are followed and fetched, and nothing is sent twice:

    rushes render     # killed
    rushes render

No action is needed. The note appears once. A submit whose answer was lost is shown as ambiguous; rushes recover lists those. A run that is stopped with Ctrl-C writes its lock before it leaves:

    rushes render     # Ctrl-C
    rushes render`,
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
  'same-target': {
    title: 'Two renders would write one file.',
    page: `Clips go to <output>/<project>/<scene>/<alias>.mp4. Two manifests with the same project name and output folder write the same files, and so do ids that differ only in case on the file systems of macOS and Windows:

    project: film          # in a.yaml
    project: film          # in b.yaml

Name them apart:

    project: film-a        # in a.yaml
    project: film-b        # in b.yaml`,
  },
  'secret-link': {
    title: 'A link in a request is itself a password.',
    page: `A request is written into the lock, and the lock is committed. A link with a user name, a password or a signature in it would give everybody who reads the repository what the link protects, and most such links expire within hours:

    first_frame: https://me:secret@example.com/crab.png
    first_frame: https://bucket.s3.amazonaws.com/crab.png?X-Amz-Signature=...

Use a link that is public:

    first_frame: https://example.com/crab.png`,
  },
  'secret-value': {
    title: 'A text holds a secret.',
    page: `Texts of a manifest are sent to a gateway and written into the lock, which is committed. None of them can hold the value of an environment variable that is a key (APIMART_API_KEY, EVOLINK_API_KEY, and names such as GITHUB_TOKEN, AWS_SECRET_ACCESS_KEY or NPM_TOKEN), in its own form or in base64, or a text with the form of a token: sk-..., ghp_..., AKIA..., a JSON Web Token, a private key. The value itself is never shown.

    prompt: "A crab holds a sign that says AKIAIOSFODNN7EXAMPLE"

Take it out, and revoke the key if the file was ever pushed:

    prompt: "A crab holds a sign"`,
  },
  'shared-lock': {
    title: 'Two manifests would write one lock.',
    page: `The lock has the name of its manifest without its ending: film.yaml and film.yml in one folder would both write film.lock.json, and each would call the renders of the other orphans.

    manifests/film.yaml
    manifests/film.yml

Give one of them another name:

    manifests/film.yaml
    manifests/trailer.yaml`,
  },
  'strict-warning': {
    title: 'A warning, where --strict allows none.',
    page: `--strict on validate, plan and render refuses whatever is worth a warning, before anything is sent. Use it in CI to enforce limits that are only warnings, such as those of the older page of kling-v3:

    models:
      kling: { use: apimart/kling-v3, profile: legacy }
    scenes:
      - { id: crab, prompt: "A crab looks up", duration: 7 }

Change what the warning names, or leave out --strict.

    models:
      kling: { use: apimart/kling-v3, profile: legacy }
    scenes:
      - { id: crab, prompt: "A crab looks up", duration: 5 }`,
  },
  'template-syntax': {
    title: 'A template is not a look-up.',
    page: `Templates look values up, and nothing else: no expressions, functions, defaults or environment.

    prompt: "The bay at \${{ matrix.time || 'dawn' }}"

Write

    prompt: "The bay at \${{ matrix.time }}"

Text that really holds \${{ is written with one more dollar:

    prompt: "A sign that says $\${{ vars.style }}"`,
  },
  'template-type': {
    title: 'A template in a text gives a list or a map.',
    page: `A template inside a longer text must name a text, a number, true or false:

    vars: { moods: [calm, blue] }
    scenes:
      - { id: bay, prompt: "The bay: \${{ vars.moods }}" }

One that is the whole value keeps the type of what it names, lists too:

    vars: { moods: [calm, blue] }
    scenes:
      - { id: bay, prompt: The bay, tags: "\${{ vars.moods }}" }`,
  },
  'template-unknown': {
    title: 'A template names something that is not there.',
    page: `Templates can name vars.…, in a scene with matrix: matrix.…, in a scene with rows: row.… (the columns of the table), and scene.id.

    vars: { style: "35mm film" }
    scenes:
      - id: crab
        prompt: "A crab, \${{ vars.stile }}"

Manifests cannot read the environment: declare a var and set it with --var name=value. Here write

    vars: { style: "35mm film" }
    scenes:
      - id: crab
        prompt: "A crab, \${{ vars.style }}"`,
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
      kling: { use: apimart/kling-v3, profile: old }

rushes models <model> lists the profiles of a model. Most have none; this one has

    models:
      kling: { use: apimart/kling-v3, profile: legacy }`,
  },
  'unknown-reading': {
    title: 'An alias asks for a second reading that its model does not have.',
    page: `Some pages leave open under which name a field is sent. rushes sends one reading; send: chooses the other one for an alias. rushes models <model> lists the fields:

    models:
      kling: { use: apimart/kling-v3, send: [aspect_ratio] }

Write one of them, or put a field of the model's own API under params.

    models:
      kling: { use: apimart/kling-v3, send: [size] }`,
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
      sora: { use: apimart/sora-2, fit: nearest, drop: [negative_prompt] }
    defaults: { duration: 5 }`,
  },
  'unpriced-render': {
    title: 'A capped run may not include renders with an unknown price.',
    page: `A cap must count everything:

    models: { sora: { use: apimart/sora-2-pro } }
    budget: { usd: 25 }

State a price, which then counts:

    prices: { sora: { usd_per_second: 0.3 } }

or accept the alias without one; its renders then count as nothing under the cap:

    models: { sora: { use: apimart/sora-2-pro } }
    budget: { usd: 25, unpriced: [sora] }`,
  },
  'unwritable-value': {
    title: 'A value cannot be written in a request.',
    page: `Requests are JSON in UTF-8. JSON has no infinity and no "not a number", and UTF-8 has no halves of characters:

    prompt: "A crab \\uD83E"

Write plain numbers, and whole characters:

    prompt: "A crab 🦀"`,
  },
  'unused-cast': {
    title: 'No prompt mentions a member of the cast.',
    page: `A member is sent only where a prompt mentions it as @name. One that nothing mentions has no effect; most often the name is misspelt in one of the two places:

    cast: { keeper: { description: a lighthouse keeper } }
    scenes:
      - { id: tower, prompt: "@keper looks out to sea" }

Write the same name in both:

    cast: { keeper: { description: a lighthouse keeper } }
    scenes:
      - { id: tower, prompt: "@keeper looks out to sea" }`,
  },
  'upstream-included': {
    title: 'Renders outside of the selection are needed first.',
    page: `A scene that begins with a frame of another one cannot be rendered before it. Where --only, --model or --tag leave out a render whose clip is not there yet, it comes into the plan all the same, with its price:

    rushes plan --only night

To render all that is needed, select that too:

    rushes plan --only sun --only night`,
  },
  'var-missing': {
    title: 'A var has no value.',
    page: `A var without a default must be set whenever the manifest is used:

    vars:
      client: { description: "Name on the title card" }

Run with --var client=Acme, or write a default:

    vars:
      client: { default: Acme, description: "Name on the title card" }`,
  },
  'var-unknown': {
    title: '--var names a var that the manifest does not declare.',
    page: `Only declared vars can be set, so that a misspelt one does not silently do nothing. With

    rushes plan --var styel=16mm

and a manifest that declares

    vars:
      style: 35mm

the film would stay as it is, and you would not notice. Write

    rushes plan --var style=16mm`,
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

export type DiagnosticCode = keyof typeof EXPLAIN;
