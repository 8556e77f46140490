import { within } from '../../base/deadline.ts';
import type { Control, Look } from '../control/control.ts';
import type { PoolerConsole } from './console.ts';

/** The most that looks have shown so far. */
export interface PoolerLooks {
  /** Clients that the console counted as waiting; undefined where it was never asked. */
  mostWaiting: number | undefined;
}

/** A look that takes longer would keep the server behind from being watched. */
const longestMs = 300;
const never = new AbortController().signal;

/** The control connection to the server behind, whose looks also ask the pooler's console. */
export function lookingAtPooler(control: Control, console: PoolerConsole | undefined, looks: PoolerLooks): Control {
  if (!console) return control;
  const look = async (own: readonly number[]): Promise<Look> => {
    const seen = await control.look(own);
    // A console that falls silent blinds its own guard alone.
    const asked = within(console.look(), longestMs, never, () => new Error('no answer'));
    const pooler = await asked.catch(() => undefined);
    if (!pooler) return seen;
    looks.mostWaiting = Math.max(looks.mostWaiting ?? 0, pooler.waiting);
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
