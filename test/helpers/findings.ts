import { readdirSync, readFileSync } from 'node:fs';
import { root } from './run.ts';

/** What surprised: the first word of `Of:` in the head of a script in findings/. */
const kinds = ['library', 'server', 'pooler', 'tool', 'format'] as const;
export type SurpriseKind = (typeof kinds)[number];

interface Finding {
  readonly name: string;
  readonly kind: SurpriseKind;
  /** The system that surprised and what it ran with, each with its version. */
  readonly versions: string;
  readonly happens: string;
  readonly advice: string;
}

/** The rows of docs/surprises.md, from the heads of the scripts. A head that lacks a part is an error that names it. */
export function surpriseRows(kind: SurpriseKind): string[][] {
  return findings()
    .filter((finding) => finding.kind === kind)
    .sort((a, b) => a.versions.localeCompare(b.versions, 'en') || a.name.localeCompare(b.name, 'en'))
    .map(({ name, versions, happens, advice }) => [
      versions,
      `[${inCell(happens)}](../findings/${name})`,
      inCell(advice),
    ]);
}

function findings(): Finding[] {
  const names = readdirSync(`${root}findings`).filter((name) => name.endsWith('.sh'));
  return names.map((name) => findingOf(name, readFileSync(`${root}findings/${name}`, 'utf8')));
}

/** `# What happens, one sentence.`, then `# Of:`, `# Guess:`, `# Happens:`, `# Hurts:` and `# So:`, each as long as it needs. */
function findingOf(name: string, script: string): Finding {
  const [, head = ''] = /^#!.*\n((?:#.*\n)+)/.exec(script) ?? [];
  const text = head.replace(/^# ?/gm, '');
  const [happens = '', ...parts] = text.split(/^(?=[A-Z]\w+: )/m).map((part) => part.trim().replace(/\s+/g, ' '));
  const part = (key: string): string => {
    const found = parts.find((candidate) => candidate.startsWith(`${key}: `));
    if (found === undefined)
      throw new Error(`findings/${name} has no line "# ${key}: " in its head (findings/README.md).`);
    return found.slice(key.length + 2);
  };
  for (const key of ['Guess', 'Happens', 'Hurts']) part(key);
  const [, word, versions = ''] = /^(\w+) (.*\d.*)$/.exec(part('Of')) ?? [];
  const kind = kinds.find((candidate) => candidate === word);
  if (kind === undefined || happens === '') {
    throw new Error(`findings/${name}: "# Of:" is ${kinds.join(', ')} and products with versions, after one sentence.`);
  }
  return { name, kind, versions, happens, advice: part('So') };
}

const inCell = (text: string) => text.replace(/[|[\]*]/g, '\\$&').replace(/</g, '&lt;');
