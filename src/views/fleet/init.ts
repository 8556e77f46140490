import { formatCount } from '../../base/units.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import type { OpenQuestion } from '../../fleet/init/questions.ts';
import type { TableView, VerdictView, View } from '../../render/view.ts';

/** `result` of `poolctl init --json` (poolctl.init/1). */
export interface InitResult {
  /** What was written, relative to the folder of the user. */
  readonly file: string;
  readonly filesRead: number;
  readonly servers: number;
  readonly services: number;
  /** What no file says; each is a TODO of the file. */
  readonly questions: readonly OpenQuestion[];
  /** What was not read, and why. */
  readonly notes: readonly FileNote[];
}

const mostRows = 12;
const noServer =
  'No database server is found: write it below servers: in the file, or render the manifests first (helm template, kubectl kustomize).';

/** What `init` found, and what it asks. */
export function initView({ file, filesRead, servers, services, questions, notes }: InitResult): View {
  const found = `${formatCount(servers, 'server')} and ${formatCount(services, 'service')} in ${formatCount(filesRead, 'file')}`;
  const verdict: VerdictView =
    servers === 0
      ? { answer: 'unknown', text: noServer, details: [] }
      : questions.length === 0 && notes.some(({ isBroken }) => isBroken)
        ? { answer: 'unknown', text: 'Some files could not be read: what they deploy is missing.', details: [] }
        : questions.length === 0
          ? { answer: 'yes', text: 'Nothing is left to ask.', details: [] }
          : {
              answer: 'unknown',
              text: `${formatCount(questions.length, 'question')} open: look for TODO in it.`,
              details: [],
            };
  return {
    headline: `Wrote ${file}: ${found}.`,
    verdict,
    tables: [
      ...table(
        'What no file says',
        questions.map(({ name, question, why }) => [name, why === undefined ? question : `${question} (${why})`]),
      ),
      ...table(
        'What was not read',
        notes.map(({ file: path, line, text }) => [line === undefined ? path : `${path}:${line}`, text]),
      ),
      ...table('Next', [['poolctl fleet', 'the worst minute of each server, and who takes it']]),
    ],
  };
}

function table(title: string, rows: readonly (readonly string[])[]): TableView[] {
  const rest = rows.length - mostRows;
  const more = rest > 0 ? [['…', `${rest} more`]] : [];
  return rows.length === 0 ? [] : [{ title, rows: [...rows.slice(0, mostRows), ...more] }];
}
