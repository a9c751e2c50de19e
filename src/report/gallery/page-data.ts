/**
 * The data of the review page, as the JSON that stands in the page. Shared by the program that
 * writes it and by the script that reads it: plain values, every text as it is to be shown.
 */

/** What a clip is to the manifest as it is now; one for each render. */
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
] as const;
export type PageState = (typeof PAGE_STATES)[number];

/** What holds beside the state. */
export const PAGE_MARKS = ['mismatch', 'accepted', 'pinned', 'redo'] as const;
export type PageMark = (typeof PAGE_MARKS)[number];

export interface PageClip {
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly audio: boolean;
  /** Pictures a second, as the file says; absent where the clip is not here. */
  readonly fps?: number;
  /** Relative address from the page's folder, ready for `src`; absent where the clip is not here. */
  readonly src?: string;
  /** Where it is, or would be, as people type it. */
  readonly path: string;
}

/** `charged`: reported by the gateway. `reserved`: the estimate, until it reports. */
export interface PageCost {
  /** Absent where the price is unknown. */
  readonly usd?: number;
  readonly kind: 'charged' | 'reserved' | 'unclear';
  readonly estimatedUsd?: number;
  /** The gateway has promised to give it back. */
  readonly refundPending?: true;
}

/** One attempt that left something: the current one or an earlier one. */
export interface PageResult {
  /** The prompt that was sent; index into `texts`. */
  readonly prompt?: number;
  readonly clip?: PageClip;
  readonly cost?: PageCost;
  readonly task?: string;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  readonly error?: { readonly kind: string; readonly message: string };
  readonly mismatch?: readonly string[];
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
  /** What the state means here, in one sentence, where its name does not say it all. */
  readonly because?: string;
}

export interface PageScene {
  /** Index into `projects`. */
  readonly project: number;
  readonly id: string;
  readonly tags: readonly string[];
  /** The prompt of the manifest as it is now; index into `texts`. */
  readonly prompt?: number;
}

interface PageProject {
  /** As shown to people. */
  readonly manifest: string;
  readonly name: string;
  /** In the order of the manifest. */
  readonly aliases: readonly string[];
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
}
