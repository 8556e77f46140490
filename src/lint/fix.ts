import type { FileNote } from '../declarations/text-file.ts';
import type { Edit, Finding } from './finding.ts';

/** What a text is like when it is linted. */
export interface Relinted {
  readonly findings: readonly Finding[];
  readonly notes: readonly FileNote[];
}

/**
 * A text with every safe fix that is a fix: after it, its finding is gone and nothing new is found elsewhere. One is tried at a time,
 * so that edits that overlap come one after the other, or not at all.
 */
export function fixText(text: string, file: string, lint: (text: string) => Relinted): { text: string; fixed: number } {
  let [now, before, fixed] = [text, lint(text), 0];
  const tried = new Set<string>();
  for (;;) {
    const next = before.findings.find((finding) => isFixable(finding, file) && !tried.has(keyOf(finding, fixed)));
    if (!next) return { text: now, fixed };
    tried.add(keyOf(next, fixed));
    const changed = withEdits(now, next.edits ?? []);
    if (changed === undefined) continue;
    const after = lint(changed.text);
    if (isBetter(before, after, next.rule, changed.places)) [now, before, fixed] = [changed.text, after, fixed + 1];
  }
}

const keyOf = ({ rule, place }: Finding, round: number) => `${round} ${place.start} ${rule}`;

const isFixable = ({ edits }: Finding, file: string) =>
  edits !== undefined && edits.length > 0 && edits.every((edit) => edit.file === file);

interface Changed {
  readonly text: string;
  /** Where it differs, in the new text. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** The text with all edits of one finding; undefined where they overlap or lie outside. */
function withEdits(text: string, edits: readonly Edit[]): Changed | undefined {
  let [out, at] = ['', 0];
  const places = [];
  for (const { start, end, text: inserted } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < at || end < start || end > text.length) return undefined;
    out += text.slice(at, start);
    places.push({ start: out.length, end: out.length + inserted.length });
    out += inserted;
    at = end;
  }
  return { text: out + text.slice(at), places };
}

/** An option that now does something may have a value that another rule finds: it was there before, without effect. */
function isBetter(before: Relinted, after: Relinted, rule: string, changed: Changed['places']): boolean {
  if (after.notes.length > before.notes.length) return false;
  const [had, has] = [countByRule(before.findings), countByRule(after.findings)];
  if ((has.get(rule) ?? 0) >= (had.get(rule) ?? 0)) return false;
  const isHere = ({ place }: Finding) => changed.some(({ start, end }) => place.start <= end && place.end >= start);
  const elsewhere = countByRule(after.findings.filter((finding) => finding.rule === rule || !isHere(finding)));
  return [...elsewhere].every(([id, count]) => count <= (had.get(id) ?? 0));
}

function countByRule(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
