const eighths = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Shares of 0 to 1 as bars of one cell each, `height` lines high, the top line first. A share above 0 shows; one that is not
 * known is a gap.
 */
export function sparkline(shares: readonly (number | undefined)[], height = 1): string[] {
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * eighths.length;
    return shares.map((share) => barPart(share, height * eighths.length, below)).join('');
  });
}

/** What one line shows of a bar: the eighths that are above those of the lines below it. */
function barPart(share: number | undefined, most: number, below: number): string {
  if (share === undefined) return ' ';
  const filled = share > 0 ? Math.max(1, Math.round(Math.min(1, share) * most)) : 0;
  const here = Math.min(eighths.length, filled - below);
  return here >= 1 ? (eighths[here - 1] ?? ' ') : ' ';
}
