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

/** Removes what probes that were killed have left, or one of them, after a yes. `args`: `[dsn] [run]`. */
export async function cleanServer(read: ReadOption, io: Io, args: readonly (string | undefined)[]): Promise<ExitCode> {
  const write = reportWriter(read, io, { html: true });
  const { dsn, run } = cleanArguments(args);
  const { named, timeoutMs } = await findPlace(dsn, read, io);
  if (!named) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--embedded brings a new server, on which nothing can be left.', {
      hint: 'Leave out --embedded or --clean.',
    });
  }
  const { cleanAfterKilled } = await import('../../probe/clean.ts');
  const cleaned = await cleanAfterKilled(named.target, {
    ...{ timeoutMs, signal: io.interrupted, run },
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
    view: () => cleanedView(cleaned, run),
  });
  return cleaned.left.length === 0 ? 0 : 1;
}

/** Either may be missing: a run is eight hex digits, which no DSN is. @throws PoolctlError USAGE */
function cleanArguments(args: readonly (string | undefined)[]) {
  const given = args.filter((arg) => arg !== undefined);
  const isRun = (text: string) => /^[0-9a-f]{8}$/.test(text);
  const [run, more] = given.filter(isRun);
  const [dsn, other] = given.filter((text) => !isRun(text));
  if (more === undefined && other === undefined) return { dsn, run };
  // None is quoted: a DSN may hold a password.
  throw new PoolctlError('USAGE', '--clean goes with one server and one run at a time.', {
    hint: 'A run, or a plan, is eight hex digits, as in the names of its sessions and tables: --clean 1f3a9b2c.',
  });
}

function cleanedView({ removed, left }: CleanedProbe, run: string | undefined) {
  const count = removed.length;
  const headline =
    count + left.length === 0
      ? run === undefined
        ? 'no probe that was killed has left anything'
        : `the run ${run} has left nothing, or is still watched`
      : `removed ${formatCount(count, 'leftover')} of ${run === undefined ? 'killed probes' : `the run ${run}`}`;
  const rows = [
    ...removed.map(({ kind, name }) => ['removed', kind, name]),
    ...left.map(({ kind, name }) => ['still there', kind, name]),
  ];
  return { headline, tables: rows.length === 0 ? [] : [{ title: 'Left by killed probes', rows }] };
}
