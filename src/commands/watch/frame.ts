/** Puts the screen aside and takes an empty one, without a cursor; what is too wide is cut and not wrapped. */
export const enterScreen = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J';
/** Gives back the cursor and the screen as they were. */
export const leaveScreen = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

const clear = '\u001b[H\u001b[2J';

/** What has to be written so that the terminal shows the lines and no longer those of before: only what differs. */
export function frameText(lines: readonly string[], before: readonly string[] | undefined): string {
  const known = before?.length === lines.length ? before : undefined;
  // Each line is erased before it is written: where it fills the width, erasing behind it would take its last cell.
  const changed = lines.map((line, index) => {
    if (line === (known?.[index] ?? '')) return '';
    return `\u001b[${index + 1};1H${known ? '\u001b[K' : ''}${line}`;
  });
  return `${known ? '' : clear}${changed.join('')}`;
}
