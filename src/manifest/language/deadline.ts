/**
 * Milliseconds of `45m`, `90s`, `1h`, `1h30m`; `undefined` for anything else and for nothing. At
 * most a week.
 */
export function parseDeadline(text: string): number | undefined {
  const match =
    /^(?:(\d{1,3}(?:\.\d{1,3})?)h)?(?:(\d{1,5}(?:\.\d{1,3})?)m)?(?:(\d{1,6}(?:\.\d{1,3})?)s)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  const milliseconds = Math.round(
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000,
  );
  return milliseconds > 0 && milliseconds <= WEEK_MS ? milliseconds : undefined;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
