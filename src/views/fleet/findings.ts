import { formatNumber } from '../../base/units.ts';
import type { FleetFinding } from '../../budget/answer.ts';
import type { TableView, VerdictView, View } from '../../render/view.ts';
import type { FleetResult } from './result.ts';
import { placeText } from './words.ts';

/** Findings of one kind that are shown one by one; the rest is a number. */
const mostOfKind = 5;

interface Shown {
  readonly isAll: boolean;
}

/** Errors, with what the server's verdict does not say: where it is written and what to do. */
export function findingVerdicts(findings: readonly FleetFinding[]): VerdictView[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map((finding) => ({
      answer: 'no',
      text: saidAt(finding),
      details: finding.hint === undefined ? [] : [finding.hint],
    }));
}

/** Findings that say what the verdict of their server says. */
const isOver: ReadonlySet<string> = new Set(['budget-exceeded', 'pooler-clients-exceeded']);

/** What is wrong with a server, below its verdict: that it is over stands there already. */
export function wrongWith(findings: readonly FleetFinding[], server: string): string[] {
  return findings
    .filter((finding) => finding.severity === 'error' && finding.server === server)
    .flatMap((finding) => {
      const { id, hint = '', place } = finding;
      if (!isOver.has(id)) return [saidAt(finding), hint];
      return [place ? `${placeText(place)}: ${hint}` : hint];
    })
    .filter((line) => line !== '');
}

export function findingWarnings(findings: readonly FleetFinding[], { isAll }: Shown): NonNullable<View['warnings']> {
  const { shown, rest } = fewOfEach(
    findings.filter(({ severity }) => severity === 'warning'),
    isAll,
  );
  const more = rest.map(([id, count]) => ({
    message: `${formatNumber(count)} more of this kind (${id}).`,
    hint: '--all shows them.',
  }));
  return [...shown.map(said), ...more];
}

/** What is good to know and asks for nothing. */
export function knowTable({ findings, notes }: Known, { isAll }: Shown): TableView | undefined {
  const { shown, rest } = fewOfEach(
    findings.filter(({ severity }) => severity === 'info'),
    isAll,
  );
  const known = knownThings({ findings: shown, notes });
  if (known.length === 0) return undefined;
  const rows = known.map(({ message, hint }) => ['·', `${message} ${hint}`.trim()]);
  const more = rest.map(([id, count]) => ['·', `${formatNumber(count)} more of this kind (${id}); --all shows them.`]);
  return { title: 'To know', rows: [...rows, ...more] };
}

type Known = Pick<FleetResult, 'findings' | 'notes'>;

export function knownThings({ findings, notes }: Known): { message: string; hint: string }[] {
  const left = notes.map(({ file, line, text }) => ({
    message: `${file}${line === undefined ? '' : `:${line}`}: ${text}`,
    hint: '',
  }));
  return [...findings.filter(({ severity }) => severity === 'info').map(said), ...left];
}

const said = (finding: FleetFinding) => ({ message: saidAt(finding), hint: finding.hint ?? '' });

function saidAt({ text, place }: FleetFinding): string {
  return place ? `${placeText(place)}: ${text}` : text;
}

function fewOfEach(findings: readonly FleetFinding[], isAll: boolean) {
  const seen = new Map<string, number>();
  const shown = findings.filter(({ id }) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return isAll || count <= mostOfKind;
  });
  const rest = isAll
    ? []
    : [...seen].filter(([, count]) => count > mostOfKind).map(([id, count]) => [id, count - mostOfKind] as const);
  return { shown, rest };
}
