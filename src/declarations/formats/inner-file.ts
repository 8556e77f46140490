import type { Stretch } from '../entry.ts';
import type { Tree } from './tree.ts';

/** Where a stretch of a file stands in the file that holds it as a value. */
export type OuterStretch = (inner: Stretch) => Stretch;

/**
 * The places of a file that is a value of another file of YAML. Below `|` each line stands as it is, only further in; in
 * any other style all of it is at the value.
 */
export function outerStretch({ at, style, value }: Tree, outer: string): OuterStretch {
  const inner = String(value ?? '');
  const header = outer.indexOf('\n', at.start);
  if (style !== 'block' || header < 0) return () => at;
  const innerStarts = lineStarts(inner);
  const outerStarts = lineStarts(outer.slice(header + 1, at.end)).map((start) => start + header + 1);
  const first = inner.split('\n').findIndex((line) => line.trim() !== '');
  const begin = outerStarts[first] ?? header + 1;
  const written = outer.slice(begin).search(/[^ ]/);
  const deeper = inner.slice(innerStarts[first] ?? 0).search(/[^ ]/);
  const indent = Math.max(0, written - deeper);
  const move = (offset: number) => {
    const line = Math.max(
      0,
      innerStarts.findLastIndex((start) => start <= offset),
    );
    return Math.min(at.end, (outerStarts[line] ?? at.start) + indent + offset - (innerStarts[line] ?? 0));
  };
  return ({ start, end }) => ({ start: move(start), end: move(end) });
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
}
