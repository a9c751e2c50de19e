/**
 * What editors and readers of the published JSON Schemas are told of a property: its own words
 * where its source has some, else the words that every document of ours uses for it. Titles are
 * made of the names.
 */
import { defined } from '../../defined.ts';

type Schema = Readonly<Record<string, unknown>>;

interface Word {
  readonly description: string;
  readonly examples?: readonly unknown[];
}
const word = (description: string, ...examples: readonly unknown[]): Word =>
  examples.length === 0 ? { description } : { description, examples };

/** One description per word, for every document. */
const WORDS: Readonly<Record<string, Word>> = {
  action: word('What would be done with the render.'),
  ambiguous: word('Submits whose answer was lost: a person decides.', 0),
  apimart: word('For APIMart.'),
  at: word('When, in UTC.', '2026-11-20T17:00:00.000Z'),
  attach: word('Renders whose task of an earlier run is followed.', 0),
  attaches: word('Tasks of earlier runs that are followed.', 0),
  attempt: word(
    'One intent to submit; the Idempotency-Key of its request, a UUID.',
    '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9',
  ),
  audio: word('Whether there is sound.', true),
  asOf: word('The day on which the price was read.', '2026-11-20'),
  usdFrom: word('The cheaper end of a price range, in US dollars.', 0.336),
  by: word('Who decided.', 'anna'),
  bytes: word('Size of the file in bytes.', 1_840_233),
  changed: word('Clips whose file here is not the clip of the lock.', 0),
  clips: word('Every clip that the locks name, in the order of the locks.'),
  code: word('Stable code: rushes explain prints its page.', 'unknown-key'),
  column: word('1-based, in UTF-16 units.', 5),
  command: word('The part of rushes store that ran.'),
  completed: word('Renders whose clip landed.', 3),
  completedAt: word(
    'When the gateway said that the clip was done, in UTC.',
    '2026-11-20T17:02:35Z',
  ),
  cost: word('What it costs, and where that is known from.'),
  costUsd: word('US dollars.', 0.448),
  credits: word("The same in the gateway's own credits.", 4.48),
  damaged: word('Clips that are not what landed.', 0),
  decision: word('What a person decided: redo, accept, pin, pick or reject.'),
  digests: word('sha256:<hex> of every file that the plan was made of.'),
  elsewhere: word('Clips that landed once and are not on this machine.', 0),
  endColumn: word('1-based, in UTF-16 units; exclusive.', 13),
  endLine: word('1-based.', 8),
  error: word('Why it failed.'),
  estimatedUsd: word('US dollars by an estimated price.', 0.672),
  event: word('What happened.'),
  evolink: word('For EvoLink.'),
  exactUsd: word('US dollars by a published price.', 0.336),
  exit: word('The exit code, as rushes --help lists them.', 0),
  expectedSeconds: word('How long the gateway expects to take.', 90),
  expiresAt: word("When the gateway's link to the clip expires, in UTC.", '2026-11-21T17:02:35Z'),
  failed: word('Renders that failed.', 0),
  fetch: word('Renders whose clip is fetched again.', 0),
  fetches: word('Clips of earlier runs that are fetched.', 0),
  file: word('Path of the file, relative to the working folder.', 'manifests/film.yaml'),
  fingerprint: word(
    'sha256:<hex> of what the request asks for; never of id, order, path, alias or time.',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  forecastSeconds: word('How long a run would take, in seconds.', 240),
  from: word('The id that it had before.', 'old/kling'),
  source: word('Where the price is from.', 'https://apimart.ai/pricing'),
  fromSource: word('Where the cheaper end of a price comes from.', 'https://evolink.ai/pricing'),
  fromUsd: word('US dollars, the cheaper end of a price.', 0.336),
  toUsd: word('US dollars, the dearer end of a price.', 0.42),
  fromManifest: word('The manifest that it was in before.', 'manifests/old.yaml'),
  height: word('Pixels.', 1080),
  held: word('Renders that wait for a person, a change or another run.', 0),
  here: word('Clips that were on this machine before.', 40),
  hint: word('The next thing to try.', 'Did you mean duration?'),
  hold: word('Renders that wait for a person, a change or another run.', 0),
  id: word('Render id: scene/alias, and scene/alias/2 for the second take.', 'crab/kling'),
  keep: word('Renders that are done.', 3),
  kept: word('Renders that were done before.', 3),
  kind: word('The kind of failure.', 'moderation'),
  left: word('Clips whose turn did not come.', 0),
  line: word('1-based.', 8),
  lockVersion: word('Version of the format.'),
  lost: word('Tasks that the gateway no longer knows, or never ended.', 0),
  manifest: word('Path of the manifest, relative to the working folder.', 'manifests/film.yaml'),
  manifests: word('Paths of the manifests, relative to the working folder.', [
    'manifests/film.yaml',
  ]),
  message: word(
    'One sentence, for people.',
    'duration is 99; apimart/kling-v3 offers 3 to 15 (R3)',
  ),
  mismatch: word('Delivered is not what was asked, one sentence each.', [
    'asked for 720p, the clip is 640x360',
  ]),
  missing: word('Clips that only a new payment can bring back.', 0),
  model: word('The model, as gateway/name.', 'apimart/kling-v3'),
  moved: word('Renders that have a new id and keep their clip.', 0),
  'never-happened': word('Attempts of which a person said that they were never accepted.', 0),
  notSubmitted: word('Renders that were not sent.', 0),
  'not-landed': word('Clips that are paid for and not fetched yet.', 0),
  onMismatch: word('fail: a clip that is not what was asked counts as failed.'),
  orphan: word('Results in the lock that no scene asks for.', 0),
  path: word('Path of the clip.', 'out/film/crab/kling.mp4'),
  picture: word('As in requests.', 'file:refs/crab.png#sha256:e3b0c44298fc'),
  pictures: word('Pictures of the repository that the submits need.', 2),
  pending: word('Tasks accepted and not finished.', 0),
  phase: word('What the task is doing.'),
  planVersion: word('Version of the format.'),
  progress: word('Percent, as the gateway says.', 40),
  pulled: word('Clips that this command fetched from the store.', 12),
  pushed: word('Clips that this command put into the store.', 12),
  ready: word('Clips that are here and sound.', 3),
  reason: word('Why.', 'new'),
  remedy: word('What to do about it.', 'Set AWS_REGION=eu-central-1.'),
  renders: word('The renders, one each.'),
  seconds: word('Seconds of video.', 5),
  severity: word('How much it matters: an error stops everything before money.'),
  sha256: word(
    'SHA-256 of the file, 64 hex digits.',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  status: word('How far it came.'),
  store: word('The store, as RUSHES_STORE names it.', 's3://studio-clips/film'),
  stored: word('Clips that were in the store before.', 40),
  submit: word('Renders that are sent, and paid for.', 2),
  submits: word('Renders to be sent, and paid for.', 2),
  submitted: word('Renders that were sent, and are paid for.', 2),
  submittedAt: word('When the gateway accepted it, in UTC.', '2026-11-20T17:00:00Z'),
  task: word("The gateway's id of the task.", 'task_01M89VZKBHD74QJ481KV7ZPC9N'),
  totals: word('Sums over all renders in scope.'),
  transferredBytes: word('Bytes of clips that were pushed or pulled.', 22_082_796),
  allRuns: word('The money of all runs of these manifests, from their locks.'),
  caps: word('Caps in force.'),
  headroomUsd: word('US dollars left under the cap after this plan.', 20.74),
  limitUsd: word('US dollars.', 25),
  worstUsd: word('US dollars at most.', 4.26),
  carriedUsd: word('US dollars that interrupted runs have charged or reserved.', 0),
  chargedUsd: word('US dollars that the gateways have reported.', 0.336),
  medianSeconds: word('From acceptance to the finished clip, in seconds.', 80.4),
  mismatched: word('Clips that are not as asked.', 0),
  refundPromisedUsd: word('US dollars that are promised back and not given back yet.', 0),
  refundedUsd: word('US dollars set aside for failed tasks and not charged.', 0),
  reservedUsd: word('US dollars set aside for tasks whose cost is not reported yet.', 0.336),
  thisRun: word('The money of what this run submitted.'),
  unclearUsd: word('US dollars that may or may not be charged.', 0),
  underCapUsd: word('US dollars that count against the caps.', 0.672),
  unpriced: word('Tasks with an unknown price: counted, never added.', 0),
  usd: word('US dollars.', 0.448),
  wait: word('Renders that are submitted once a clip is here whose frame they need.', 2),
  wallSeconds: word('How long the run took, in seconds.', 95.2),
  width: word('Pixels.', 1920),
  wrong: word('Objects of the store that are not the clip of their name.', 0),
};

/** Where a document means something else by a word, or has words of its own. */
const OWN: Readonly<Record<string, Readonly<Record<string, Word>>>> = {
  lock: {
    path: word('Path of the clip, relative to the lock.', '../../out/film/crab/kling.mp4'),
    redo: word('The task that the next result replaces.', 'task_01M89VZKBHD74QJ481KV7ZPC9N'),
  },
  card: {
    about: word('What editors show.', 'What happens.'),
    at: word('The field that a message points at.', 'audio'),
    at_most: word('At most so many items in all of the lists together.'),
    audio: word('The field of this word.', 'audio'),
    audios: word('The field of reference sounds.', 'audio_urls'),
    because: word('The reason, in a few words.', 'the picture decides'),
    blank: word('A text of nothing but blanks.', true),
    count: word('Items of a list: a number, or least and most.', 2),
    drop: word('A field that is not sent when the condition holds.'),
    field: word('The native field.', 'mode'),
    fields: word('Fields: names, or a table of them.'),
    fill: word('A field that is sent although it is not set.'),
    first: word('The field of the first frame.', 'image_start'),
    given: word('There, and not an empty list.', true),
    hint: word('What to do instead.', 'Use 1080p.'),
    images: word('The field of reference pictures.', 'image_urls'),
    last: word('The field of the last frame.', 'image_end'),
    least: word('The least.', 1),
    list: word('The field of a list; in a condition: a list with something in it.', 'image_urls'),
    least_side: word('Pixels of the shorter side.', 300),
    longest: word('Most code points.', 512),
    longest_prompt: word('Most code points of a prompt.', 2500),
    most: word('The most.', 9),
    most_megabytes: word('1 MB is 1,000,000 bytes.', 10),
    most_side: word('Pixels of the longer side.', 4096),
    needed: word('A field that is there, unless a condition holds.'),
    not: word('Any other value than this one.', 'std'),
    not_blank: word('A text that must not be blank.'),
    of: word('The fields that count.'),
    one_of: word('At least one of the fields is given.'),
    only: word('Fields that mean nothing unless the condition holds.'),
    over: word('A number above this one.', 10),
    per: word('What a rate is for.'),
    base: word('What every rate is multiplied with.', 5.4),
    present: word('There at all.', true),
    rate: word('The amount.', 0.07),
    read: word('ISO date on which it was read.', '2026-11-20'),
    references: word('Fields of pictures, videos and sounds that are not frames.'),
    required: word('The field must be there.'),
    roles: word('The field of a list of { url, role }.', 'image_with_roles'),
    rows: word('The first row whose condition holds is the price.'),
    rules: word('What a table cannot say.'),
    says: word('The message; {mode} stands for the value.', 'audio is true, and mode is {mode}'),
    source: word('Where the price is from.', 'the price list of the page'),
    text: word('One sentence.', 'audio true needs mode pro.'),
    title: word('What it is called.', 'Wan 3.0'),
    to: word('The most.', 15),
    from: word('The least.', 3),
    under: word('A number below this one.', 3),
    types: word('Kinds of pictures that are taken.'),
    unit: word('What the amounts are in.'),
    unless: word('A condition that excuses.'),
    up_to: word('The dearer figure of another dated source.', 0.1),
    up_to_source: word('That source.', 'https://apimart.ai/pricing'),
    value: word('The value.', 'std'),
    values: word('What is allowed, or: portable value to native value.'),
    videos: word('The field of reference videos.', 'video_urls'),
    with: word('The condition.'),
    default: word('The documented default. It is never sent.', 5),
    aspect_ratio: word('The field of this word.', 'aspect_ratio'),
    duration: word('The field of this word.', 'duration'),
    negative_prompt: word('The field of this word.', 'negative_prompt'),
    prompt: word('The field of this word.', 'prompt'),
    resolution: word('The field of this word.', 'quality'),
    seed: word('The field of this word.', 'seed'),
    watermark: word('The field of this word.', 'watermark'),
  },
  plan: {
    changes: word('What has changed since the last result, field by field.'),
    unknown: word('Submits with an unknown price.', 0),
  },
  status: {
    clips: word('Clips that are current.', 12),
    tasks: word('Tasks that cost or may cost money.', 14),
    states: word('How many renders are in which state.'),
    models: word('By model.'),
    money: word('Of all runs.'),
    estimatedUsd: word('US dollars.', 0.672),
    address: word('The store that was asked.', 's3://clips/film'),
    both: word('Clips that are here and in the store.', 12),
    nowhere: word('Clips that are neither here nor in the store.', 0),
    onlyHere: word('Clips that are here and not in the store: rushes store push.', 3),
    onlyStored: word('Clips that are in the store and not here: rushes store pull.', 2),
    problem: word('Why the store gave no answer.', 'the bucket answered 403 AccessDenied'),
    earlier: word('How many other results the lock has of this render.', 0),
    redo: word('The task that the next result replaces.', 'task_01M89VZKBHD74QJ481KV7ZPC9N'),
  },
  events: {
    alias: word('Short name of the model in the manifest.', 'kling'),
    all: word('Over all gateways.', 6),
    done: word('Files that are there.', 12),
    gateway: word('The gateway.', 'apimart'),
    gateways: word('At each gateway.'),
    inFlight: word('Tasks at once.', 3),
    most: word('Tasks at once.', 3),
    name: word('What is transferred.'),
    perMinute: word('Submits a minute; absent: no limit.', 10),
    renders: word('Renders to submit, follow or fetch.', 23),
    scope: word('Whose limit it is.'),
    total: word('Files so far.', 15),
    upstream: word('Renders whose clips it takes frames of.'),
  },
  // Native fields under params, as the models' own pages name them.
  manifest: {
    callback_url: word(
      'URL that EvoLink calls when the task ends.',
      'https://example.com/hooks/rushes',
    ),
    description: word('What it looks like.', 'A small brown dog'),
    duration: word('Seconds.', 5),
    audios: word('Sounds.', ['https://example.com/voice.mp3']),
    image_end: word('Link to the last frame.', 'https://example.com/b.png'),
    image_start: word('Link to the first frame.', 'https://example.com/a.png'),
    images: word('Pictures.', ['https://example.com/hat.png']),
    keep_original_sound: word('Whether the sound of the video stays.'),
    refer_type: word('base edits the video, feature takes its features.', 'feature'),
    role: word('What the picture is.'),
    type: word('Which tool.', 'web_search'),
    url: word('Link to the picture.', 'https://example.com/a.png'),
    video_url: word('Link to the video.', 'https://example.com/v.mp4'),
    videos: word('Videos.', ['https://example.com/dance.mp4']),
    web_search: word('Whether the model may search the web.', false),
    element_id: word('Id of an element made beforehand.', '1234567890'),
    element_input_urls: word('2 to 4 images of the element, the first one frontal.'),
    enabled: word("Whether the clip carries the provider's mark."),
    index: word('Counts from 1.', 1),
    language: word("Language of the gateway's error texts.", 'en'),
    last_frame_image: word(
      'The image that the clip ends with.',
      'https://example.com/crab-wave.png',
    ),
    model: word("The model's own name, set by use."),
    model_params: word('Shots, elements and watermark, as EvoLink names them.'),
    name: word('Its name; @name in a prompt means it.', 'dog'),
    negative_prompt: word('What should not be seen.', 'blur, text'),
    prompt: word('What happens.', 'A crab looks up at the camera'),
    watermark: word("Whether the clip carries the provider's mark."),
    watermark_info: word("Whether the clip carries the provider's mark."),
    webhook: word('URL that APIMart calls when the task ends.', 'https://example.com/hooks/rushes'),
  },
  faults: {
    maxFiles: word('Files that a gateway keeps.', 100),
    balanceUsd: word('US dollars in the account. Default: enough.', 25),
    costFactor: word('Times the price.', 2),
    estimate: word('Seconds that the gateway says it will take.', 90),
    every: word('Every n-th time.', 3),
    first: word('Only the first n times.', 2),
    inFlight: word('Tasks at once.', 3),
    linkSeconds: word('Seconds that links live.', 60),
    name: word('For people.', 'a bad proxy'),
    nth: word('Only the n-th time, counted from 1.', 1),
    probability: word('How often, 0 to 1.', 0.1),
    prompt: word('Only requests whose prompt holds this.', 'crab'),
    refundSeconds: word('Seconds until the refund.', 30),
    retryAfter: word('What the answer says of trying again.', 30),
    stuckAt: word('Percent at which the task stays.', 99),
    times: word('How many times in all.', 3),
    at: word('How far the clip has come when it happens, 0 to 1.', 0.5),
    bytes: word('Bytes that are sent before it happens.', 1_000),
    code: word("The gateway's own code of the error.", 'content_policy_violation'),
    contentType: word('What the answer says that it is.', 'text/html'),
    cut: word('Whether the text ends early, or the connection.'),
    date: word('Seconds from now, sent as a date.', 30),
    do: word('What happens instead.'),
    fault: word('What goes wrong.'),
    gateway: word('Only at this gateway. Default: at both.'),
    headers: word('Headers of the answer.', { 'retry-after': '30' }),
    id: word('The id of the task, as the answer gives it.', 'task_1'),
    json: word('The body of the answer, as JSON.', { error: { message: 'no' } }),
    message: word('What the gateway says.', 'The request was refused.'),
    rules: word('What goes wrong, and when. The first rule that fits is followed.'),
    seconds: word('Seconds.', 5),
    shape: word('How the answer is built.'),
    status: word('HTTP status of the answer.', 503),
    text: word('The body of the answer, as it is.', '<html>'),
    to: word('Where the answer redirects to.'),
    type: word("The gateway's own type of the error.", 'invalid_request_error'),
    with: word('What is sent instead of a clip.'),
  },
};

/**
 * The schema with a title and a description for every property, and examples for the values that
 * nothing else shows.
 */
export function inWords(name: string, schema: Schema): Schema {
  return spoken(schema, { ...WORDS, ...OWN[name] }) as Schema;
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['default', 'examples', 'enum', 'const', 'required', 'if']);

function spoken(node: unknown, words: Readonly<Record<string, Word>>): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => spoken(item, words));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      if (DATA.has(key)) return [key, value];
      if (key !== 'properties') return [key, spoken(value, words)];
      return [
        key,
        Object.fromEntries(
          Object.entries(value as Schema).map(([name, property]) => [
            name,
            named(name, property as Schema, words),
          ]),
        ),
      ];
    }),
  );
}

function named(name: string, property: Schema, words: Readonly<Record<string, Word>>): Schema {
  const own = Object.hasOwn(words, name) ? words[name] : undefined;
  const {
    description = own?.description,
    examples = isShown(property) ? undefined : own?.examples,
    ...rest
  } = property;
  return {
    ...(spoken(rest, words) as Schema),
    title: property['title'] ?? titleOf(name),
    ...defined({ description, examples }),
  };
}

/** Whether a schema shows its values by itself. */
const isShown = ({ enum: values, const: value, default: preset, type, anyOf }: Schema): boolean =>
  [values, value, preset].some((one) => one !== undefined) ||
  (type !== undefined &&
    [type].flat().every((one) => one === 'boolean' || one === 'object' || one === 'array')) ||
  (Array.isArray(anyOf) && (anyOf as Schema[]).some((branch) => isShown(branch)));

/** `first_frame` and `firstFrame`: "First frame". */
function titleOf(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
