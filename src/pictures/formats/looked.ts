/** The result of a walk through the parts of a picture file. */
export type Looked =
  | {
      readonly kind: 'whole';
      readonly width: number;
      readonly height: number;
      readonly alpha: boolean;
      readonly animated?: boolean;
      /** Four colours for printing in place of three for screens. */
      readonly cmyk?: boolean;
      /** EXIF orientation, 2 to 8: viewers turn or mirror it. */
      readonly orientation?: number;
    }
  /** Its end is missing, or there is less in it than it says. */
  | { readonly kind: 'cut-short' };
