/**
 * Pages of the codes about how scenes are made: files, templates, vars, inheritance, frames of other scenes.
 */
import type { Explanation } from './explanation.ts';

export const SCENES = {
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
  'include-circle': {
    title: 'Files include each other in a circle.',
    page: `A file that includes a file that includes the first one would never end:

    include: [scenes.yaml]     # in film.yaml
    include: [film.yaml]       # in scenes.yaml

Delete one of the includes. A glob may also match its own file, which is then left out:

    include: ["*.yaml"]        # in film.yaml`,
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
  'outside-project': {
    title: 'A path leads out of the project.',
    page: `A manifest may come from a pull request of a stranger, so it can name only files below the project root: the nearest folder above the manifest that holds .git, else package.json, else the manifest's own folder. Links are followed first. Absolute paths and backslashes are refused because they mean different things on different machines.

    rows: /home/me/prompts.csv

Copy the file into the project and write

    rows: prompts.csv`,
  },
  'private-file': {
    title: 'A manifest names a file that is not meant for the repository.',
    page: `What a manifest reads goes to a gateway, into the lock and onto pages. A manifest may come from a pull request of a stranger, so it cannot read files whose name or folder begins with a dot (.env, .git/config, .npmrc), anything in git's own folder, or text files that git ignores. Links are followed first: a link to such a file is refused too.

    prompt: { file: .env }

Put the text into a file of its own, and commit it:

    prompt: { file: prompts/crab.txt }`,
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
} as const satisfies Record<string, Explanation>;
