/** Extracts frames of clips on this machine: ffmpeg, else the optional package node-webcodecs. */
import { type FrameBytes, ffmpegFrame, hasFfmpeg } from '../../ports/ffmpeg/one-frame.ts';
import type { Frame } from '../frame-text.ts';
import { webcodecsFrame, webcodecsHere } from '../../ports/webcodecs/webcodecs-frame.ts';

export type DecoderHere =
  | { readonly kind: 'ffmpeg' | 'node-webcodecs' }
  /** `hint`: what to do about it, whole sentences. */
  | { readonly kind: 'none'; readonly hint: string };

/** Starts a process, so ask once. Never rejects. */
export async function decoderHere(): Promise<DecoderHere> {
  if (await hasFfmpeg()) return { kind: 'ffmpeg' };
  const optional = await webcodecsHere();
  switch (optional.kind) {
    case 'here':
      return { kind: 'node-webcodecs' };
    case 'absent':
      return { kind: 'none', hint: `${INSTALL_FFMPEG} ${INSTALL_WEBCODECS}` };
    case 'problem':
      return {
        kind: 'none',
        hint: `${INSTALL_FFMPEG} node-webcodecs is installed and cannot be used: ${optional.message}`,
      };
  }
}

const INSTALL_FFMPEG =
  'Install ffmpeg and put it on PATH (Debian: apt install ffmpeg, macOS: brew install ffmpeg, Windows: winget install ffmpeg).';
const INSTALL_WEBCODECS = 'If you cannot install it: npm install node-webcodecs, beside rushes.';

/** `scratch`: absolute, without an ending, for files that are gone afterwards. Never rejects. */
export async function takeFrame(
  here: DecoderHere,
  clip: string,
  frame: Frame,
  scratch: string,
): Promise<FrameBytes> {
  switch (here.kind) {
    case 'ffmpeg':
      return ffmpegFrame(clip, frame, scratch);
    case 'node-webcodecs':
      return webcodecsFrame(clip, frame, scratch);
    case 'none':
      return {
        kind: 'problem',
        message: `nothing on this machine can take a frame of a clip. ${here.hint}`,
      };
  }
}
