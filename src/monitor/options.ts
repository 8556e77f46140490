import { type FieldKinds, wrongField } from '../base/check-fields.ts';
import type { MonitorEvent } from './events.ts';
import { checkAfterMs, type LeakOptions } from './leaks.ts';
import type { PoolPlugin } from './pool-monitor.ts';
import type { SuperviseOptions } from './supervise.ts';

export interface InstrumentOptions extends SuperviseOptions {
  /** Of the pool in metrics, snapshots and recordings. Left out: host:port/database, as the pool's own options say it. */
  readonly name?: string;
  /** Metrics, a recorder. */
  readonly plugins?: readonly PoolPlugin[];
  /** Takes what happens. Left out: leaks, alarms and open transactions become warnings of the process. What it throws is lost. */
  readonly onEvent?: (event: MonitorEvent) => void;
}

const kinds: FieldKinds<InstrumentOptions> = {
  name: 'string',
  plugins: 'object',
  onEvent: 'function',
  leak: 'object',
  alarms: 'object',
  checkEveryMs: 'number',
  contexts: 'boolean',
};
const leakKinds: FieldKinds<LeakOptions> = { afterMs: 'number', stacks: 'string' };
const alarmKinds: FieldKinds<NonNullable<InstrumentOptions['alarms']>> = { utilization: 'number', pending: 'number' };

/** @throws RangeError that says which option is wrong, and what it may be */
export function checkOptions(options: InstrumentOptions): void {
  refuse('What instrument() was given', wrongField(options, kinds));
  const { leak = {}, alarms = {}, checkEveryMs = 0 } = options;
  refuse('leak', wrongField(leak, leakKinds));
  refuse('alarms', wrongField(alarms, alarmKinds));
  const { afterMs = 0, stacks = 'auto' } = leak;
  checkAfterMs(afterMs);
  if (!['auto', 'always', 'off'].includes(stacks)) refuse('leak.stacks', 'must be auto, always or off.');
  const { utilization = 0.8, pending = 10 } = alarms;
  if (!(utilization > 0 && utilization <= 1))
    refuse('alarms.utilization', `is ${utilization}; it is a share, such as 0.8.`);
  if (!(pending >= 0)) refuse('alarms.pending', `is ${pending}; it must be 0 or more.`);
  if (!(checkEveryMs >= 0)) refuse('checkEveryMs', `is ${checkEveryMs}; it must be 0 or more, in ms.`);
}

function refuse(what: string, wrong: string | undefined): void {
  if (wrong !== undefined) throw new RangeError(`${what} ${wrong}`);
}
