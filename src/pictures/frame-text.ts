/**
 * What stands in a request in place of a frame of another render's clip. Until the render is
 * planned it names what the manifest says, `frame:crab@last`; then the render and its clip,
 * `frame:crab/kling@last#sha256:<64 hex>`, or its request where the clip is still to be made,
 * `frame:crab/kling@last#request:<64 hex>`. The fingerprint holds no id, so that a renamed scene is
 * the same request.
 */
import { nameProblem, type Alias, type RenderId, type SceneId } from '../ids.ts';

/** The first or last frame, or the one that is shown at this second of the clip. */
export type Frame = 'first' | 'last' | number;

/** As the manifest says it. */
export interface FrameReference {
  readonly scene: SceneId;
  /** Default: the scene's pick, else the alias of the render that asks. */
  readonly alias?: Alias;
  /** Default: the pick's, else 1. */
  readonly take?: number;
  readonly frame: Frame;
}

/** A frame of one render's clip. */
export interface FrameOfRender {
  readonly render: RenderId;
  readonly frame: Frame;
  /** The clip by its digest; its request where there is no clip yet. 64 hex digits. */
  readonly of: { readonly kind: 'sha256' | 'request'; readonly hex: string };
}

const TEXT = /^frame:([^@#]+)@(first|last|\d+(?:\.\d+)?)(?:#(sha256|request):([0-9a-f]{64}))?$/;

export const referenceText = ({ scene, alias, take, frame }: FrameReference): string =>
  `frame:${[scene, alias ?? (take === undefined ? undefined : '*'), take].filter((part) => part !== undefined).join('/')}@${frame}`;

/** `undefined` for any other text. */
export function readReference(text: string): FrameReference | undefined {
  const [, path = '', frame = '', kind] = matched(text);
  if (path === '' || kind !== undefined) return undefined;
  const [scene = '', alias, take] = path.split('/');
  if (nameProblem(scene) !== undefined) return undefined;
  return {
    scene: scene as SceneId,
    ...(alias === undefined || alias === '*' ? {} : { alias: alias as Alias }),
    ...(take === undefined ? {} : { take: Number(take) }),
    frame: frameOf(frame),
  };
}

export const frameText = ({ render, frame, of }: FrameOfRender): string =>
  `frame:${render}@${frame}#${of.kind}:${of.hex}`;

/** `undefined` for any other text, also for a reference that is not linked to a render yet. */
export function readFrame(text: string): FrameOfRender | undefined {
  const [, render = '', frame = '', kind, hex = ''] = matched(text);
  return kind === 'sha256' || kind === 'request'
    ? { render: render as RenderId, frame: frameOf(frame), of: { kind, hex } }
    : undefined;
}

export const isFrameText = (text: string): boolean => matched(text).length > 0;

/** The identity of the frame: the clip and the frame, without an id. */
export function frameIdentity(text: string): string {
  const frame = readFrame(text);
  return frame === undefined ? text : `${frame.of.kind}:${frame.of.hex}@${frame.frame}`;
}

/** `last frame of crab/kling`, `frame of crab/kling at 2.5 s`: for people. */
export const frameWords = (render: string, frame: Frame): string =>
  typeof frame === 'number' ? `frame of ${render} at ${frame} s` : `${frame} frame of ${render}`;

const matched = (text: string): readonly (string | undefined)[] =>
  text.startsWith('frame:') ? (TEXT.exec(text) ?? []) : [];

const frameOf = (text: string): Frame =>
  text === 'first' || text === 'last' ? text : Number(text);
