/** Pages of the codes about pictures, also those that are frames of clips. */
import type { Explanation } from './explanation.ts';

export const PICTURES = {
  'local-image': {
    title: 'A local file is used where only a link is possible.',
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
  'no-decoder': {
    title: 'Nothing on this machine can take a frame of a clip.',
    page: `A scene that begins with a frame of another clip needs a program that decodes video. Without one rushes plan warns, and rushes render refuses before anything is submitted (exit 69):

    rushes plan   # without ffmpeg

Install ffmpeg and put it on PATH:

    apt install ffmpeg   # or: brew install ffmpeg
    rushes plan

GitHub's runners do not have it: install it in an earlier step. If you cannot install a program, use the npm package node-webcodecs (Linux, and macOS on Apple silicon): npm install node-webcodecs, beside rushes.`,
  },
  'picture-animated': {
    title: 'A picture is animated.',
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
    page: `An interrupted copy, or an export without permission, can leave a file of 0 bytes.

    first_frame: refs/empty.png

Restore the file, or save it again:

    first_frame: refs/crab.png`,
  },
  'picture-extension': {
    title: 'The file extension of a picture does not match its bytes.',
    page: `rushes reads the type from the bytes, as the gateways do. A JPEG with the extension .png was usually renamed instead of converted, and other tools may fail on it.

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
    page: `If Git LFS is not installed, or a checkout skips it, the file contains three lines of text instead of the picture.

    first_frame: refs/pointer.png

Run git lfs pull; in GitHub Actions set lfs: true on actions/checkout. Then the same path is a picture:

    first_frame: refs/crab.png`,
  },
  'picture-rotated': {
    title: 'A photo is stored rotated and relies on its EXIF orientation.',
    page: `Viewers rotate it; a service may ignore the orientation, and the clip is then turned by 90 degrees. This is a warning; the picture is sent unchanged.

    first_frame: refs/turned.jpg

Save it upright, for example with magick turned.jpg -auto-orient crab.jpg:

    first_frame: refs/crab.jpg`,
  },
  'picture-small': {
    title: 'A picture has fewer than 300 pixels on a side.',
    page: `Most models refuse such pictures or give bad results. If a model states its own limit, that limit applies; this is a warning for the others.

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
} as const satisfies Record<string, Explanation>;
