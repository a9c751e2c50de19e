/** `rushes record list`: every attempt that this clone knows of, on any branch, of any manifest. */
import { fromUsd, formatUsd } from '../../money.ts';
import { attemptKey, type RecordedAttempt } from '../../record/attempt-line.ts';
import { sealed, terminalLine } from '../../report/text/escape.ts';
import { plural } from '../../report/text/format.ts';
import { readRecords } from '../../workflow/open/open-record.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { lockFiles } from '../shared/lock-files.ts';
import { document } from '../shared/print.ts';

export async function recordList(
  io: Io,
  named: readonly string[],
  options: { readonly json?: boolean },
): Promise<number> {
  const files = await lockFiles(io, named, { unread: true });
  const records = await readRecords(
    io,
    files.map(({ manifestPath }) => manifestPath),
  );
  if (records.kind === 'refused') {
    io.stderr.write(`rushes: ${records.message}\n`);
    return EXIT.needsPerson;
  }
  const attempts: RecordedAttempt[] = [];
  for (const { book } of records.all) {
    if ('unusable' in book) {
      io.stderr.write(`rushes: ${book.unusable}\n`);
      return EXIT.needsPerson;
    }
    attempts.push(...book.attempts.all());
  }
  attempts.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  if (options.json === true) document(io, { attempts });
  else
    io.stdout.write(
      sealed(
        [
          ...attempts.map((one) => terminalLine(lineOf(one))),
          `${plural(attempts.length, 'attempt')} in ${records.all.map(({ path }) => shown(io, path)).join(', ')}`,
          '',
        ].join('\n'),
      ),
    );
  return EXIT.done;
}

const timeOf = ({ submittedAt, at }: RecordedAttempt): string => submittedAt ?? at;

function lineOf(one: RecordedAttempt): string {
  const usd = one.cost?.usd;
  return [
    timeOf(one),
    one.error === undefined ? one.status : `${one.status} (${one.error})`,
    `${one.id} of ${one.lock}${one.branch === undefined ? '' : ` on ${one.branch}`}`,
    one.model,
    usd === undefined || usd === null ? 'price unknown' : formatUsd(fromUsd(usd)),
    one.task ?? attemptKey(one),
  ].join('  ');
}
