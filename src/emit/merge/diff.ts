/** Lines around a change. */
const context = 3;

/** A unified diff of two texts, or nothing where they are the same. */
export function unifiedDiff(before: string, after: string, file: string): string {
  if (before === after) return '';
  const [old, now] = [splitLines(before), splitLines(after)];
  const edits = editsBetween(old, now);
  const changed = edits.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]));
  const hunks: [number, number][] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last && index - context <= last[1] + 1) last[1] = Math.min(edits.length - 1, index + context);
    else hunks.push([Math.max(0, index - context), Math.min(edits.length - 1, index + context)]);
  }
  const head = [`--- ${before === '' ? '/dev/null' : file}`, `+++ ${file}`];
  return [...head, ...hunks.flatMap(([from, to]) => hunkLines(edits, from, to))].join('\n');
}

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** By the longest common subsequence; config files are short. */
function editsBetween(old: readonly string[], now: readonly string[]): Edit[] {
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      edits.push({ kind: ' ', line: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: '-', line: old[i] ?? '' });
      i += 1;
    } else {
      edits.push({ kind: '+', line: now[j] ?? '' });
      j += 1;
    }
  }
  return edits;
}

function hunkLines(edits: readonly Edit[], from: number, to: number): string[] {
  const count = (upTo: number, kind: Edit['kind']) => edits.slice(0, upTo).filter((edit) => edit.kind !== kind).length;
  const [oldStart, newStart] = [count(from, '+'), count(from, '-')];
  const [oldCount, newCount] = [count(to + 1, '+') - oldStart, count(to + 1, '-') - newStart];
  const start = (at: number, lines: number) => (lines === 0 ? at : at + 1);
  return [
    `@@ -${start(oldStart, oldCount)},${oldCount} +${start(newStart, newCount)},${newCount} @@`,
    ...edits.slice(from, to + 1).map(({ kind, line }) => kind + line),
  ];
}
