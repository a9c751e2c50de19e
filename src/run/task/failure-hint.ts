/** What helps against a failure beyond its words, as the `hint` of its event. */
export function failureHint(kind: string): { readonly hint?: string } {
  switch (kind) {
    case 'moderation':
      return { hint: 'Change the words or the images: the same request would be refused again.' };
    case 'dead-link':
      return {
        hint: 'The next try uploads pictures of the repository again; a public link must open without a login.',
      };
    default:
      return {};
  }
}
