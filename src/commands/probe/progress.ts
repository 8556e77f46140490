import type { Io } from '../../base/io.ts';
import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { OnProbeEvent, ProbeEvent } from '../../probe/events.ts';
import { timeText } from '../../views/probe/text.ts';

const frameMs = 100;

/** Says on stderr what the probe does: one line that renews itself on a terminal, a plain line for each step elsewhere. */
export function probeProgress(
  { stderr, now, env }: Io,
  isWanted: boolean,
): { readonly onEvent: OnProbeEvent; end(): void } {
  if (!isWanted) return { onEvent: () => {}, end: () => {} };
  const isLive = stderr.isTTY === true && !env['CI'];
  const width = Math.max(40, (stderr.columns ?? 80) - 1);
  let shownAt = Number.NEGATIVE_INFINITY;
  let endsAt: number | undefined;
  let step = '';
  let isShowing = false;

  const renew = (text: string) => {
    stderr.write(`\r${text.slice(0, width)}\u001b[K`);
    isShowing = true;
  };
  const clear = () => {
    if (isShowing) stderr.write('\r\u001b[K');
    isShowing = false;
  };
  const left = () =>
    endsAt === undefined ? '' : `, ${formatDuration(Math.max(0, Math.ceil((endsAt - now()) / 1_000)) * 1_000)} left`;

  const onEvent = (event: ProbeEvent) => {
    switch (event.type) {
      case 'stage':
        step = event.text;
        if (isLive) renew(`${event.text} …`);
        else stderr.write(`${event.text}\n`);
        break;
      case 'planned':
        endsAt = now() + event.seconds * 1_000;
        break;
      case 'step-started':
        step = event.label;
        if (isLive) renew(`${event.label} …${left()}`);
        break;
      case 'tick': {
        if (!isLive || now() - shownAt < frameMs) break;
        shownAt = now();
        const { ratePerSecond, p95Ms, failed, waiting } = event.tick;
        const queue = waiting > 0 ? `, ${formatNumber(waiting)} waiting` : '';
        renew(
          `${step}: ${formatNumber(ratePerSecond)}/s, p95 ${timeText(p95Ms)}${queue}, ${formatCount(failed, 'error')}${left()}`,
        );
        break;
      }
      case 'step-finished':
        if (!isLive) {
          stderr.write(`${event.label}: ${formatNumber(event.ratePerSecond)}/s, p95 ${timeText(event.p95Ms)}\n`);
        }
        break;
      case 'stopped':
        clear();
        stderr.write(`stopped: ${event.message}\n`);
        break;
      default:
        event satisfies never;
    }
  };
  return { onEvent, end: clear };
}
