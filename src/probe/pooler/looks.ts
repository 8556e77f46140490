import { within } from '../../base/deadline.ts';
import type { Control, Look } from '../control/control.ts';
import type { PoolerConsole } from './console.ts';

/** What looks have shown so far. */
export interface PoolerLooks {
  /** The most clients that the console counted as waiting; undefined where it was never asked. */
  mostWaiting: number | undefined;
  /** The most connections to the server that the pooler had while clients waited. */
  mostServers: number | undefined;
}

/** A look that takes longer would keep the server behind from being watched. */
const longestMs = 300;
const never = new AbortController().signal;

/** The control connection to the server behind, whose looks also ask the pooler's console and keep the load's limits. */
export function lookingAtPooler(
  control: Control,
  console: PoolerConsole | undefined,
  looks: PoolerLooks,
  limits: Parameters<Control['stopOverdue']>[0],
): Control {
  const look = async (own: readonly number[]): Promise<Look> => {
    const seen = await control.look(own);
    await control.stopOverdue(limits);
    // A console that falls silent blinds its own guard alone.
    if (!console) return seen;
    const asked = within(console.look(), longestMs, never, () => new Error('no answer'));
    const pooler = await asked.catch(() => undefined);
    if (!pooler) return seen;
    looks.mostWaiting = Math.max(looks.mostWaiting ?? 0, pooler.waiting);
    if (pooler.waiting > 0) looks.mostServers = Math.max(looks.mostServers ?? 0, pooler.servers);
    return { ...seen, pooler };
  };
  return {
    ...control,
    get session() {
      return control.session;
    },
    look,
  };
}
