/** The properties of a clip file, from its own bytes. */
export interface ClipFacts {
  readonly kind: 'clip';
  /** Pixels as shown: after rotation. */
  readonly width: number;
  readonly height: number;
  /** Length of the picture, to the millisecond. */
  readonly seconds: number;
  /** Whether there is a sound track. */
  readonly audio: boolean;
  /** Of the file. */
  readonly bytes: number;
  /** As RFC 6381 writes it, `avc1.64001f`; `unknown` where the file names an unknown one. */
  readonly codec: string;
  /** Average over the whole clip; absent if the file does not say. */
  readonly fps?: number;
  /**
   * Flaws of a file that can still be played, half a sentence each: two clips in
   * one file, an end that is missing. Absent: nothing that the index tells.
   */
  readonly flaws?: readonly string[];
}

/** Why a file is not a clip that could be kept. */
export interface ClipProblem {
  readonly kind: 'problem';
  /**
   * `empty`: no byte. `truncated`: cut short. `html`, `other-format`: something else under the name
   * of a clip. `not-mp4`: bytes that mean nothing. `no-video`: an MP4 without a picture.
   * `encrypted`: it cannot be played without a key. `unreadable`: the file cannot be read.
   */
  readonly problem:
    | 'empty'
    | 'truncated'
    | 'html'
    | 'other-format'
    | 'not-mp4'
    | 'no-video'
    | 'encrypted'
    | 'unreadable';
  /**
   * Half a sentence without the path: "the clip is incomplete: its box "mdat" needs 5120 more
   * bytes".
   */
  readonly message: string;
  /**
   * A video that some player may show all the same, with the ending that its file is given. Absent:
   * there is nothing to see.
   */
  readonly videoEnding?: '.mp4' | '.webm' | '.avi' | '.flv';
}
