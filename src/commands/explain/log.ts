import { TextDecoder } from 'node:util';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { Report } from '../../cli/output.ts';
import { type LoggedSymptom, LogSigns } from '../../profiles/log-signs.ts';
import { allSigns } from '../../profiles/signs.ts';
import { symptomBody } from '../../profiles/symptom-text.ts';
import { allSymptoms } from '../../profiles/symptoms.ts';
import type { TableView } from '../../render/view.ts';

/** Counts the lines of a log by what they tell of, and explains the most frequent. No text of the log is shown. */
export async function explainLog(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
  interrupted: AbortSignal,
): Promise<Report> {
  const symptoms = await allSymptoms();
  const signs = await allSigns(symptoms);
  const reader = new LogSigns(signs);
  await readLines(chunks, interrupted, (line) => reader.read(line));
  const found = reader.result().flatMap((row) => {
    const symptom = symptoms.find(({ id }) => id === row.symptom);
    return symptom ? [{ ...row, title: symptom.title, explained: symptom }] : [];
  });
  const lines = formatCount(reader.lines, 'line');
  return {
    schema: 'poolctl.log/1',
    result: { lines: reader.lines, symptoms: found.map(({ explained: _, ...row }) => row) },
    view: () => {
      const [first, second] = found;
      if (!first) return { headline: `${lines}, and nothing of connections that poolctl knows`, tables: [] };
      const headline = `${lines}: ${second ? `${found.length} causes` : first.title}`;
      if (second) return { headline, tables: [tableOf(found)] };
      const own = signs.filter(({ symptom, by }) => symptom === first.symptom && first.by.includes(by));
      const seen = `Seen ${formatCount(first.times, 'time')}, in ${linesOf(first)}.`;
      return { headline, tables: [], verbatim: [seen, '', ...symptomBody(first.explained, own)].join('\n') };
    },
  };
}

function tableOf(found: readonly (LoggedSymptom & { readonly title: string })[]): TableView {
  return {
    title: 'What happened',
    head: ['times', 'poolctl explain', 'where', 'what, and who says it'],
    rightAligned: [0],
    rows: found.map((row) => [
      formatNumber(row.times),
      row.symptom,
      linesOf(row),
      `${row.title} (${row.by.map((name) => name.replace(/^\w+\//, '')).join(', ')})`,
    ]),
  };
}

function linesOf({ firstLine, lastLine }: LoggedSymptom): string {
  return firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine} to ${lastLine}`;
}

/** Longer is no line of a log. */
const mostLetters = 1_000_000;

async function readLines(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
  interrupted: AbortSignal,
  each: (line: string) => void,
): Promise<void> {
  let decoder: TextDecoder | undefined;
  let rest = '';
  for await (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, mostLetters);
    for (const line of lines) each(line);
    if (interrupted.aborted) break;
  }
  if (rest !== '') each(rest);
}

/** A shell of Windows redirects into UTF-16, with a mark at the start. */
function decoderFor([first, second]: Uint8Array | string): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8');
}
