/** The file of an upload: one form field `file`, by the platform's own strict parser. */

export type ReadForm =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly name: string }
  | { readonly kind: 'problem'; readonly message: string };

const problem = (message: string): ReadForm => ({ kind: 'problem', message });

/** `others`: names of further fields that may be there. */
export async function readForm(
  body: Uint8Array,
  contentType: string,
  others: readonly string[],
): Promise<ReadForm> {
  if (!/^multipart\/form-data\b/i.test(contentType))
    return problem('Content-Type: multipart/form-data is required');
  let form: FormData;
  try {
    form = await new Response(Buffer.from(body), {
      headers: { 'content-type': contentType },
    }).formData();
  } catch {
    return problem('missing or invalid file field: the form cannot be read');
  }
  const stray = [...form.keys()].find((name) => name !== 'file' && !others.includes(name));
  if (stray !== undefined) return problem(`unknown form field: ${stray}`);
  const [file, second] = form.getAll('file');
  if (file === undefined || typeof file === 'string')
    return problem('missing or invalid file field: no file');
  if (second !== undefined) return problem('missing or invalid file field: more than one file');
  if (file.name === '') return problem('missing or invalid file field: no file name');
  return { kind: 'file', bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
}
