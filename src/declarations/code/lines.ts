import type { SourceSpan } from '../source-span.ts';

/** Finds line and column of offsets in a text; CR LF, LF and CR end a line. */
export function placeFinder(file: string, text: string): (span: { start: number; end: number }) => SourceSpan {
  let starts: number[] | undefined;
  const position = (offset: number) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)];
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return ({ start, end }) => {
    const [first, last] = [position(start), position(end)];
    return { file, start, end, ...first, endLine: last.line, endColumn: last.column };
  };
}
