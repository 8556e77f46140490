/**
 * The lines of a snippet that may go into the user's file: those of the pool. A file in use already has the address and
 * the login, and its value of a `mixed` setting holds more than ours.
 */
export function ownLines(
  snippet: string,
  existing: string,
  { own, mixed }: { own: RegExp; mixed?: readonly string[] },
): string {
  const isTaken = (line: string) =>
    mixed?.some((key) => line.includes(key) && spellings(key).some((s) => existing.includes(s)));
  return snippet
    .split('\n')
    .filter((line) => own.test(line) && !isTaken(line))
    .map((line) => asSpelledIn(existing, line))
    .join('\n');
}

/** A key in camelCase where the file writes it so: in both spellings it would be there twice. */
function asSpelledIn(existing: string, line: string): string {
  return line.replace(
    /[a-z]+(?:-[a-z]+)+(?=\s*[:=])/,
    (key) => spellings(key).find((spelling) => existing.includes(spelling)) ?? key,
  );
}

function spellings(key: string): string[] {
  return [key, key.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase())];
}
