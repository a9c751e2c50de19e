/** Pages of the codes about scenes: files, templates, vars, inheritance, frames of other scenes. */
import type { Explanation } from './explanation.ts';

export const SCENES = {
  'duplicate-render': {
    title: 'Two renders would send the same request.',
    page: `Both would be paid for, although the requests are identical. Usually a scene was copied and its prompt was not changed yet, or two aliases have the same model and the same settings:

    scenes:
      - { id: crab, prompt: A crab looks up }
      - { id: crab-again, prompt: A crab looks up }

Change one of them, remove one, or ask for more clips of one scene, which get an id, a file and a price each:

    scenes:
      - { id: crab, prompt: A crab looks up, takes: 2 }

Within one manifest this is an error. Two manifests may both need the clip, and each of them has a clip of its own: plan warns before the second one is paid for.

    rushes plan manifests/film.yaml manifests/trailer.yaml`,
  },
  'duplicate-scene': {
    title: 'Two scenes have the same id.',
    page: `The id names the folder of a scene's clips and its entries in the lock. So it must be unique in the project, in all included files, and also if case is ignored, because some file systems ignore it.

A scene with a matrix or rows needs an id that names what differs:

    - id: weather
      matrix: { sky: [rain, sun] }

makes two scenes with the same id. Write

    - id: weather-\${{ matrix.sky }}
      matrix: { sky: [rain, sun] }

For a second clip of the same scene use takes:

    - id: weather
      takes: 2`,
  },
  'extends-circle': {
    title: 'Scenes extend each other in a circle.',
    page: `extends: uses the settings of another scene as a base. In a circle, no scene has a base to start from:

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

The message names every step. Begin one of them with its own picture, or without one:

    models: { kling: { use: apimart/kling-v3 } }
    scenes:
      - { id: day, prompt: "The bay by day" }
      - { id: night, prompt: "The bay by night", first_frame: { scene: day, frame: last } }`,
  },
  'frame-of-other-manifest': {
    title: 'A frame is requested from a scene in another manifest.',
    page: `Each manifest has its own lock and its own runs, so a scene can only continue from a scene of the same manifest.

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
    title: 'A frame is requested from a render that does not exist.',
    page: `The scene exists, but not on that model, or not with that take. If model and take are not given, the frame comes from the scene's pick, else from take 1 on the model that is rendered.

    models: { kling: { use: apimart/kling-v3 }, old: { use: apimart/kling-v2-6 } }
    scenes:
      - { id: day, prompt: "The bay by day", models: [old] }
      - { id: night, prompt: "The bay by night", models: [kling], first_frame: { scene: day, frame: last, take: 2 } }

Name a model and a take that the scene has, or choose the clip with rushes pick:

    models: { kling: { use: apimart/kling-v3 }, old: { use: apimart/kling-v2-6 } }
    scenes:
      - { id: day, prompt: "The bay by day", models: [old] }
      - { id: night, prompt: "The bay by night", models: [kling], first_frame: { scene: day, frame: last, model: old } }`,
  },
  'frame-past-end': {
    title: 'A frame is requested at a time after the end of the clip.',
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
    page: `The first file includes the second, and the second includes the first:

    include: [scenes.yaml]     # in film.yaml
    include: [film.yaml]       # in scenes.yaml

Delete one of the includes. A glob may also match its own file, which is then left out:

    include: ["*.yaml"]        # in film.yaml`,
  },
  'no-file': {
    title: 'A file does not exist or cannot be read.',
    page: `Paths are relative to the file that contains them, with / between folders. If the table is beside the manifest, then

    - rows: prompts.csv         # in scenes/beach.yaml
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}

means scenes/prompts.csv, which does not exist. Write .. for the folder above:

    - rows: ../prompts.csv      # in scenes/beach.yaml
      id: \${{ row.id }}
      prompt: \${{ row.prompt }}`,
  },
  'outside-project': {
    title: 'A path leads out of the project.',
    page: `A manifest may come from a stranger's pull request, so it can only name files below the project root: the nearest folder above the manifest that holds .git, else package.json, else the manifest's own folder. Links are followed first. Absolute paths and backslashes are refused because they mean different things on different machines.

    rows: /home/me/prompts.csv

Copy the file into the project and write

    rows: prompts.csv`,
  },
  'private-file': {
    title: 'A manifest names a file that is not meant for the repository.',
    page: `The content of files that a manifest reads is sent to a gateway and written into the lock and reports. A manifest may come from a stranger's pull request, so it cannot read files whose name or folder begins with a dot (.env, .git/config, .npmrc), anything in git's own folder, or text files that git ignores. Symbolic links are followed first: a link to such a file is refused too.

    prompt: { file: .env }

Put the text into a file of its own, and commit it:

    prompt: { file: prompts/crab.txt }`,
  },
  'row-file': {
    title: 'A row file is not well-formed.',
    page: `A .csv file is comma separated, and its first line names the columns. A comma begins a new cell:

    id,prompt
    crab,A crab says hello, then hides

A .jsonl file has one JSON object per line:

    {"id": "crab", "prompt": "A crab looks up", "duration": 5}

In a .csv file, put a cell in quotes if it contains a comma, a quote or a line break. Write quotes inside it twice:

    id,prompt
    crab,"A crab says ""hello"", then hides"`,
  },
  'same-target': {
    title: 'Two renders would write the same file.',
    page: `Clips go to <output>/<project>/<scene>/<alias>.mp4. Two manifests with the same project name and output folder write the same files. So do ids that differ only in case, on the file systems of macOS and Windows:

    project: film          # in a.yaml
    project: film          # in b.yaml

Give them different names:

    project: film-a        # in a.yaml
    project: film-b        # in b.yaml`,
  },
  'secret-link': {
    title: 'A link in a request is itself a password.',
    page: `A request is written into the lock, and the lock is committed. A link that contains a user name, a password or a signature would give every reader of the repository access to the file. Most such links also expire within hours:

    first_frame: https://me:secret@example.com/crab.png
    first_frame: https://bucket.s3.amazonaws.com/crab.png?X-Amz-Signature=...

Use a link that is public:

    first_frame: https://example.com/crab.png`,
  },
  'secret-value': {
    title: 'A text contains a secret.',
    page: `Texts of a manifest are sent to a gateway and written into the lock, which is committed. They must not contain the value of an environment variable that is a key (APIMART_API_KEY, EVOLINK_API_KEY, and names such as GITHUB_TOKEN, AWS_SECRET_ACCESS_KEY or NPM_TOKEN), unchanged or in base64, or a text that looks like a token: sk-..., ghp_..., AKIA..., a JSON Web Token, a private key. The value itself is never shown.

    prompt: "A crab holds a sign that says AKIAIOSFODNN7EXAMPLE"

Remove it, and revoke the key if the file was ever pushed:

    prompt: "A crab holds a sign"`,
  },
  'template-syntax': {
    title: 'A template is not a look-up.',
    page: `Templates only look up values. They have no expressions, functions, defaults or environment variables.

    prompt: "The bay at \${{ matrix.time || 'dawn' }}"

Write

    prompt: "The bay at \${{ matrix.time }}"

To write \${{ as plain text, add one more dollar:

    prompt: "A sign that says $\${{ vars.style }}"`,
  },
  'template-type': {
    title: 'A template in a text is a list or a map.',
    page: `A template inside a longer text must name a text, a number, true or false:

    vars: { moods: [calm, blue] }
    scenes:
      - { id: bay, prompt: "The bay: \${{ vars.moods }}" }

If the template is the whole value, it keeps its type, also for a list:

    vars: { moods: [calm, blue] }
    scenes:
      - { id: bay, prompt: The bay, tags: "\${{ vars.moods }}" }`,
  },
  'template-unknown': {
    title: 'A template names something that does not exist.',
    page: `Templates can name vars.…, in a scene with matrix: matrix.…, in a scene with rows: row.… (the columns of the table), and scene.id. To leave a value out in one row of a .jsonl file, write null.

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
    page: `A member is only sent if a prompt mentions it as @name. Usually the name is misspelt in one of the two places:

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
    page: `A scene that begins with a frame of another scene cannot be rendered before it. If --only, --model or --tag leave out that other scene and its clip does not exist yet, it is added to the plan, with its price:

    rushes plan --only night

To select both explicitly:

    rushes plan --only sun --only night`,
  },
  'var-missing': {
    title: 'A var has no value.',
    page: `A var without a default must be set on every command that reads the manifest:

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
