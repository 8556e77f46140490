import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatCount } from '../../base/units.ts';
import { consentOf } from '../../cli/consent.ts';
import type { ReadOption } from '../../cli/options.ts';
import { reportWriter } from '../../cli/output.ts';
import { leftoverNames } from '../../inspect/leftovers.ts';
import type { CleanedProbe } from '../../probe/clean.ts';
import { guardFlags } from './flags.ts';
import { findPlace } from './target.ts';

/** Removes what probes that were killed have left, after a yes. */
export async function cleanServer(read: ReadOption, io: Io, dsn: string | undefined): Promise<ExitCode> {
  const write = reportWriter(read, io, { html: true });
  const { named, timeoutMs } = await findPlace(dsn, read, io);
  if (!named) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--embedded brings a new server, on which nothing can be left.', {
      hint: 'Leave out --embedded or --clean.',
    });
  }
  const { cleanAfterKilled } = await import('../../probe/clean.ts');
  const cleaned = await cleanAfterKilled(named.target, {
    ...{ timeoutMs, signal: io.interrupted },
    consent: async (leftovers) => {
      const what = `To be removed from ${named.target.address}: ${leftoverNames(leftovers)}.`;
      if (read(guardFlags.yes) || (await consentOf(what, io))) return;
      throw new PoolctlError('PROBE_REFUSED', `Nothing was removed, because nobody agreed to it. ${what}`, {
        hint: 'Look at it, then add --yes.',
      });
    },
  });
  await write({
    schema: 'poolctl.probe-clean/1',
    result: cleaned,
    warnings: named.warnings,
    view: () => cleanedView(cleaned),
  });
  return cleaned.left.length === 0 ? 0 : 1;
}

function cleanedView({ removed, left }: CleanedProbe) {
  const count = removed.length;
  const headline =
    count + left.length === 0
      ? 'no probe that was killed has left anything'
      : `removed ${formatCount(count, 'leftover')} of killed probes`;
  const rows = [
    ...removed.map(({ kind, name }) => ['removed', kind, name]),
    ...left.map(({ kind, name }) => ['still there', kind, name]),
  ];
  return { headline, tables: rows.length === 0 ? [] : [{ title: 'Left by killed probes', rows }] };
}
