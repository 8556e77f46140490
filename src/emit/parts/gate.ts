import type { PoolSettings } from '../../size/input.ts';
import { code, literal, when } from './code.ts';

/** Whether the snippet has to bound the queue: by queueLimit, or because nobody may wait. */
export function boundsWaiters({ queueLimit, nobodyWaits }: Pick<PoolSettings, 'queueLimit' | 'nobodyWaits'>): boolean {
  return queueLimit > 0 || nobodyWaits === true;
}

/** The error of a refused request. */
export function refusalText({ nobodyWaits }: Pick<PoolSettings, 'nobodyWaits'>): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the snippet
  const message = nobodyWaits ? "'No connection is free'" : '`${queueLimit} requests already wait`';
  return `Object.assign(new Error(${message}), { code: 'POOL_QUEUE_LIMIT' })`;
}

/** Whether the snippet has to bound the queue or the wait, for a driver that bounds neither. */
export function needsTurns(settings: PoolSettings): boolean {
  return boundsWaiters(settings) || settings.acquireTimeoutMs > 0;
}

/** `takeTurns(pool, { connectionLimit: 3, queueLimit: 2 })`. */
export function turnCall(pool: string, settings: PoolSettings): string {
  const limits = turnLimits(settings).map((limit) => `${limit}: ${literal(settings[limit])}`);
  return `takeTurns(${pool}, { ${limits.join(', ')} })`;
}

function turnLimits(settings: PoolSettings): readonly ('connectionLimit' | 'queueLimit' | 'acquireTimeoutMs')[] {
  return [
    'connectionLimit',
    ...(boundsWaiters(settings) ? (['queueLimit'] as const) : []),
    ...(settings.acquireTimeoutMs > 0 && !settings.nobodyWaits ? (['acquireTimeoutMs'] as const) : []),
  ];
}

/** Its type, and its parameter. */
export function turnParameter(settings: PoolSettings): { readonly type: string; readonly parameter: string } {
  const names = turnLimits(settings);
  return {
    type: `⟨type Limits = { ${names.map((name) => `${name}: number`).join('; ')} };⟩`,
    parameter: `{ ${names.join(', ')} }⟨: Limits⟩`,
  };
}

/** What becomes of those for whom no connection is free, for the comment above the wrapper. */
export function waitingWords(settings: PoolSettings): string {
  if (settings.nobodyWaits) return 'one more is refused';
  const bounds = [
    ...(boundsWaiters(settings) ? ['at most queueLimit of them'] : []),
    ...(settings.acquireTimeoutMs > 0 ? ['for at most acquireTimeoutMs'] : []),
  ];
  return `others wait their turn,\n * ${bounds.join(' and ')}`;
}

/** What `lacks` calls the missing bounds, for the comment at the call. */
export function lackedBounds(settings: PoolSettings): string {
  const [queue, wait] = [boundsWaiters(settings), settings.acquireTimeoutMs > 0];
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
      ${when(boundsWaiters(settings), refuse(settings))}
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
  const refusal = `throw ${refusalText(settings)};`;
  return settings.nobodyWaits ? refusal : `if (waiting.size >= queueLimit) {\n  ${refusal}\n}`;
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
