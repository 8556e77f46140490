import type { FleetFinding } from '../../../budget/answer.ts';
import type { FileNote } from '../../../declarations/text-file.ts';

const id = 'file-not-read';

/** Files with a mistake, or that nobody may read: the services that they deploy are in no sum. */
export function unreadRemarks(notes: readonly FileNote[]): FleetFinding[] {
  return notes
    .filter(({ isBroken }) => isBroken)
    .map(({ file, text }) => {
      const why = text.replace(/^not read: /, '').replace(/\.$/, '');
      return {
        id,
        severity: 'warning',
        text: `${why.startsWith(`${file}:`) ? why : `${file}: ${why}`}. What it deploys is in no number here.`,
        hint: 'Correct it, or leave it out of `read` in fleet.yaml.',
      };
    });
}

/** Whether a file could not be read, so that more may be taken than any number says. */
export function isUnreadFile(finding: FleetFinding): boolean {
  return finding.id === id;
}
