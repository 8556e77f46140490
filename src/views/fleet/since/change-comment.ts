import { cleanLine } from '../../../base/clean.ts';
import type { FleetFinding } from '../../../budget/answer.ts';
import { type FleetChange, isUnchanged } from '../../../fleet/since/change.ts';
import { type ChangedRow, changeAnswer, changedRows, changeVerdict, toldFindings } from './change-words.ts';

/** The line by which a bot finds its own comment again; it is not shown. */
export const commentMarker = '<!-- poolctl fleet -->';

/** More belongs in the log of the job: GitHub refuses a comment of more than 65,536 characters. */
const mostRows = 40;
const mostFindings = 10;

/** A server without a declared budget that is over is worth a look, and fails nothing. */
const marks = { yes: '✅', no: '⚠️', unknown: '❔' } as const;

/** What `fleet --since` says in a pull request, in markdown; the empty text where nothing has changed. */
export function changeComment(change: FleetChange): string {
  if (isUnchanged(change)) return '';
  const { over, since } = change;
  const findings = toldFindings(change);
  const isOver = over.some(({ isBudgeted }) => isBudgeted);
  const blocks = [
    commentMarker,
    `${isOver ? '❌' : marks[changeAnswer(change)]} **${plain(changeVerdict(change))}**`,
    table(changedRows(change), since),
    list('New', findings.new),
    list('Solved', findings.solved),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function table(rows: readonly ChangedRow[], since: string): string {
  if (rows.length === 0) return '';
  const lines = rows.slice(0, mostRows).map(({ name, at, what, before, now }) => {
    const who = at === undefined ? `**${code(name)}**` : `${code(name)} at ${code(at)}`;
    return `| ${who} | ${what} | ${plain(before)} | ${plain(now)} |`;
  });
  const rest = rows.length - lines.length;
  const more = rest > 0 ? [`| … and ${rest} more | | | |`] : [];
  return [`| | | ${code(since)} | now |`, '| --- | --- | ---: | ---: |', ...lines, ...more].join('\n');
}

function list(title: string, findings: readonly FleetFinding[]): string {
  const lines = findings.slice(0, mostFindings).map(({ text }) => `- ${plain(text)}`);
  const rest = findings.length - lines.length;
  return lines.length === 0
    ? ''
    : [`${title}:`, '', ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

function short(text: string, most: number): string {
  const line = cleanLine(text);
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** A name in a table: nothing in it is markdown, a mention of somebody, or the end of a cell. */
function code(name: string): string {
  return `\`${short(name, 80).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

/** A text that says what it says: no markup, no picture, no mention. */
function plain(text: string): string {
  return short(text, 400)
    .replace(/[\\`*_[\]<>|~#]/g, '\\$&')
    .replaceAll('@', '@<!-- -->');
}
