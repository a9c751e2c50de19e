/**
 * The data of the review page, as the JSON that stands in the page. Shared by the program that
 * writes it and by the script that reads it: plain values, every text as it is shown.
 */

import type { ReviewFile } from './review-file.ts';

/** The state of a clip relative to the current manifest; one for each render. */
export const PAGE_STATES = [
  'ready',
  'changed',
  'waiting',
  'pending',
  'failed',
  'unclear',
  'missing',
  'elsewhere',
  'damaged',
  'skipped',
  'orphan',
  'earlier',
] as const;
export type PageState = (typeof PAGE_STATES)[number];

/** Marks besides the state. */
export const PAGE_MARKS = ['mismatch', 'accepted', 'pinned', 'redo'] as const;
export type PageMark = (typeof PAGE_MARKS)[number];

export interface PageClip {
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly audio: boolean;
  /** Pictures a second, as the file says; absent if the clip is not here. */
  readonly fps?: number;
  /** Relative address from the page's folder, ready for `src`; absent if the clip is not here. */
  readonly src?: string;
  /** A small picture of it, addressed as `src` is. */
  readonly poster?: string;
  /** Where it is, or would be, as people type it. */
  readonly path: string;
}

/** The cost of a result, in the words that all screens use (docs/costs.md). */
export interface PageCost {
  /** Absent if the price is unknown. */
  readonly usd?: number;
  readonly kind: 'charged' | 'reserved' | 'unclear';
  readonly estimatedUsd?: number;
  readonly refundedUsd?: number;
  /** The gateway has promised to give it back. */
  readonly refundPromised?: true;
}

/** The price of one more clip: absent if unknown; a range if it depends. */
export interface PageEstimate {
  readonly fromUsd: number;
  readonly toUsd: number;
}

/** One field of the request: as it was sent, and as the manifest asks for it now. */
export interface PageChange {
  readonly path: string;
  readonly old?: unknown;
  readonly new?: unknown;
}

/** Pictures and frames of a request. */
export type PageUse =
  | {
      readonly kind: 'picture';
      /** Native path in the request, joined with `.`. */
      readonly at: string;
      /** From the project's root. */
      readonly path: string;
      /** A small copy beside the clips; absent if the picture is gone, or is another one by now. */
      readonly src?: string;
    }
  | {
      readonly kind: 'frame';
      readonly at: string;
      /** Id of the render whose clip it is of. */
      readonly render: string;
      readonly frame: 'first' | 'last' | number;
    };

/** A person, place or thing that prompts name as `@name`. */
export interface PageCastMember {
  readonly name: string;
  readonly description?: string;
  readonly pictures: readonly { readonly path: string; readonly src?: string }[];
}

/** One attempt that left something: the current one or an earlier one. */
export interface PageResult {
  /** The prompt that was sent; index into `texts`. */
  readonly prompt?: number;
  /** The native body as sent, the prompt left out. */
  readonly request?: Readonly<Record<string, unknown>>;
  readonly clip?: PageClip;
  readonly cost?: PageCost;
  readonly task?: string;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  readonly error?: { readonly kind: string; readonly message: string };
  readonly mismatch?: readonly string[];
  /** Of {@link request}; before one was sent, of the one that would be. */
  readonly uses?: readonly PageUse[];
}

export interface PageRender extends PageResult {
  /** Index into `scenes`. */
  readonly scene: number;
  readonly id: string;
  readonly alias: string;
  readonly take: number;
  readonly model: string;
  readonly state: PageState;
  readonly marks: readonly PageMark[];
  /** The meaning of the state here, in one sentence, if its name is not enough. */
  readonly because?: string;
  /** The request: lengths, sizes and sound, as the manifest has them now. */
  readonly asked?: PageAsked;
  /** In what the request of this clip differs from the one that would be sent now. */
  readonly changes?: readonly PageChange[];
  readonly estimate?: PageEstimate;
  /** Changes and omissions for this model, one sentence each. */
  readonly notes?: readonly string[];
  /** `manifests/film.yaml:12`. */
  readonly place?: string;
  /** Decisions in the lock. */
  readonly decided?: PageDecided;
  /** Next commands, the best first, with notes. */
  readonly next?: { readonly commands: readonly string[]; readonly caution?: string };
  /** Newest first. */
  readonly earlier?: readonly PageResult[];
  /** Against the other commit, where the page has one; absent if nothing is different. */
  readonly change?: PageChangeKind;
  /** Of the other commit, and in no lock here: nothing can be decided about it. */
  readonly onlyInBase?: true;
  /** The result of the other commit, if it differs from the shown one. */
  readonly base?: PageResult;
}

export const PAGE_CHANGES = ['new', 'changed', 'removed'] as const;
export type PageChangeKind = (typeof PAGE_CHANGES)[number];

export interface PageAsked {
  readonly seconds: number;
  readonly resolution?: string;
  readonly ratio?: string;
  readonly audio?: boolean;
}

export interface PageDecided {
  readonly pick?: { readonly in?: number; readonly out?: number; readonly note?: string };
  readonly reject?: { readonly note?: string };
  readonly by?: string;
}

export interface PageScene {
  /** Index into `projects`. */
  readonly project: number;
  readonly id: string;
  readonly tags: readonly string[];
  /** The prompt of the current manifest; index into `texts`. */
  readonly prompt?: number;
  /** Names of the cast that its prompts mention. */
  readonly cast?: readonly string[];
}

interface PageProject {
  /** As shown to people. */
  readonly manifest: string;
  readonly name: string;
  /** In the order of the manifest. */
  readonly aliases: readonly string[];
  readonly cast?: readonly PageCastMember[];
}

export interface PageData {
  readonly title: string;
  readonly draft: boolean;
  /** ISO time. */
  readonly writtenAt: string;
  readonly projects: readonly PageProject[];
  /** In manifest order. */
  readonly scenes: readonly PageScene[];
  readonly renders: readonly PageRender[];
  /** Prompts, each once. */
  readonly texts: readonly string[];
  /** The other commit that the page compares with, as it was named. */
  readonly base?: string;
  /** Decisions of other people. */
  readonly reviews?: readonly ReviewFile[];
}
