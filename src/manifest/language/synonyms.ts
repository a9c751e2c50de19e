/**
 * Keys that people bring along from other tools and from the gateways' own APIs, and ours. For
 * hints only.
 */
export const SYNONYMS: Readonly<Record<string, string>> = {
  alias: 'models',
  engine: 'use',
  end_frame: 'last_frame',
  end_image: 'last_frame',
  files: 'include',
  image: 'first_frame',
  image_end: 'last_frame',
  image_start: 'first_frame',
  image_url: 'first_frame',
  last_frame_image: 'last_frame',
  length: 'duration',
  max_concurrency: 'in_flight',
  concurrency: 'in_flight',
  model: 'use',
  name: 'id',
  quality: 'resolution',
  ratio: 'aspect_ratio',
  seconds: 'duration',
  size: 'aspect_ratio',
  slug: 'id',
  sound: 'audio',
  start_frame: 'first_frame',
  text: 'prompt',
  timeout: 'deadline',
  title: 'id',
  variables: 'vars',
  variants: 'takes',
  version: 'rushes',
  webhook: 'notify',
  callback_url: 'notify',
};

/** The same for values. */
export const VALUE_SYNONYMS: Readonly<Record<string, string>> = {
  hd: '720p',
  '1280x720': '720p',
  fullhd: '1080p',
  'full hd': '1080p',
  fhd: '1080p',
  '1920x1080': '1080p',
  '1080x1920': '1080p',
  '2160p': '4k',
  '3840x2160': '4k',
  uhd: '4k',
  horizontal: 'landscape',
  wide: 'landscape',
  vertical: 'portrait',
};
