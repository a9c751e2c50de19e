/**
 * The model card that `rushes models new` writes: valid as it stands, with a word on every part.
 */
import type { GatewayName } from '../ids.ts';

export const newCard = (gateway: GatewayName, native: string, today: string): string =>
  `# yaml-language-server: $schema=../node_modules/rushes/schemas/card.schema.json
# A model card of your own. Use it in a manifest: models: { mine: { use: ./models/${native}.yaml } }
# It is not checked against a page: plan, status, gallery and lock show the model as "${gateway}/${native}.unchecked".
card: 1
gateway: ${gateway} # who takes the requests; the address cannot be set here
model: ${native} # the model field of the request
sources:
  - { text: "the page that you read", read: ${today} }

# The native fields, as the page lists them. Every other field is refused.
fields:
  prompt: { type: text, filled: true, required: true, about: What happens. }
  duration: { type: whole, from: 3, to: 10, default: 5 }
  resolution: { type: choice, values: [720p, 1080p], default: 720p }
  aspect_ratio: { type: choice, values: ["16:9", "9:16", "1:1"], default: "16:9" }
  image_urls: { type: list, of: { type: link, formats: [jpg, jpeg, png] }, most: 2 }
  audio: { type: flag, default: false }

# Which portable word sets which field. { field: mode, values: { 720p: std } } maps values.
words:
  prompt: prompt
  duration: duration
  resolution: resolution
  aspect_ratio: aspect_ratio
  audio: audio
frames: { list: image_urls } # first_frame and last_frame; or { first: image_start, last: image_end }
longest_prompt: 2500
# references: { images: image_urls, videos: video_urls } # pictures and videos that are no frames
# shots: { types: [customize], seconds: number, most: 6, longest: 512 } # adds multi_shot, shot_type, multi_prompt
# elements: { as: described, most: 3, pictures: [2, 4] } # adds element_list; as: ids for ids made at the gateway
# pictures: { types: [jpeg, png], most_megabytes: 10, least_side: 300, ratio: [0.4, 2.5] } # of files of the repository

# What a table cannot say. verdict: warn for what no page states.
rules:
  - { rule: N1, text: duration is 3 to 10 seconds., fields: [duration] }
  - rule: N2
    text: audio true needs 1080p.
    when: { audio: true }
    needs: { resolution: 1080p }
    at: audio
    says: audio is true, and resolution is {resolution}
    hint: Use 1080p.
#  - { rule: N3, text: a mark has its picture., tags: { mark: "<<<image_#>>>", of: [image_urls], noun: picture } }

# What it costs, or: prices: unknown
prices: unknown
#  unit: usd
#  per: second
#  source: the price list that you read
#  read: ${today}
#  rows:
#    - { when: { resolution: 720p }, rate: 0.07 }
#    - { when: { resolution: 1080p }, rate: 0.1 }
`;
