import type { PoolSettings } from '../../size/input.ts';
import { code, literal, when } from './code.ts';
import { boundsQueue, limitsParameter, limitsType, queueRefusal, type SnippetLimit } from './limits.ts';

/** Whether the snippet has to bound the queue or the wait, for a driver that bounds neither. */
export function needsTurns(settings: PoolSettings): boolean {
  return boundsQueue(settings) || settings.acquireTimeoutMs > 0;
}

/** The limits that takeTurns() is given. */
export function turnLimits(settings: PoolSettings): readonly SnippetLimit[] {
  return [
    'connectionLimit',
    ...(boundsQueue(settings) ? (['queueLimit'] as const) : []),
    ...(settings.acquireTimeoutMs > 0 && !settings.nobodyWaits ? (['acquireTimeoutMs'] as const) : []),
  ];
}

/** `takeTurns(pool, { connectionLimit: 3, queueLimit: 2 })`. */
export function turnCall(pool: string, settings: PoolSettings): string {
  const limits = turnLimits(settings).map((limit) => `${limit}: ${literal(settings[limit])}`);
  return `takeTurns(${pool}, { ${limits.join(', ')} })`;
}

/** Its type, and its parameter. */
export function turnParameter(settings: PoolSettings): { readonly type: string; readonly parameter: string } {
  const limits = turnLimits(settings);
  return { type: limitsType(...limits), parameter: limitsParameter(...limits) };
}

/** What becomes of those for whom no connection is free, for the comment above the wrapper. */
export function waitingWords(settings: PoolSettings): string {
  if (settings.nobodyWaits) return 'one more is refused';
  const bounds = [
    ...(boundsQueue(settings) ? ['at most queueLimit of them'] : []),
    ...(settings.acquireTimeoutMs > 0 ? ['for at most acquireTimeoutMs'] : []),
  ];
  return `others wait their turn,\n * ${bounds.join(' and ')}`;
}

/** What `lacks` calls the missing bounds, for the comment at the call. */
export function lackedBounds(settings: PoolSettings): string {
  const [queue, wait] = [boundsQueue(settings), settings.acquireTimeoutMs > 0];
  if (queue && wait) return 'bounds neither the queue nor the wait';
  return `does not bound the ${queue ? 'queue' : 'wait'}`;
}

/**
 * The functions `enter()` and `leave()` of a wrapper: a queue with both bounds, for a driver whose own has none. Who gives up
 * leaves the queue.
 */
export function turns(settings: PoolSettings): string {
  return code`
    const waiting = new Set⟨<() => void>⟩();
    let running = 0;

    async function enter()⟨: Promise<void>⟩ {
      if (running < connectionLimit) {
        running += 1;
        return;
      }
      ${when(boundsQueue(settings), refuse(settings))}
      ${settings.nobodyWaits ? undefined : settings.acquireTimeoutMs > 0 ? waitInTime : waitFreely}
    }

    /** Passes the turn on to the request that waits longest. */
    function leave()⟨: void⟩ {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next();
      } else {
        running -= 1;
      }
    }
  `.trim();
}

function refuse(settings: PoolSettings): string {
  return `if (waiting.size >= queueLimit) {\n  throw ${queueRefusal(settings)};\n}`;
}

const waitFreely = 'await new Promise⟨<void>⟩((resolve) => waiting.add(resolve));';

const waitInTime = code`
  await new Promise⟨<void>⟩((resolve, reject) => {
    const start = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(start);
      const error = new Error(\`No connection within \${acquireTimeoutMs} ms\`);
      reject(Object.assign(error, { code: 'POOL_ACQUIRE_TIMEOUT' }));
    }, acquireTimeoutMs);
    waiting.add(start);
  });
`.trim();
