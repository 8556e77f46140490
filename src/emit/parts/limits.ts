import type { PoolSettings } from '../../size/input.ts';
import type { EmitInput } from '../target.ts';
import { code, literal } from './code.ts';

/** The limits that a wrapper of a snippet is given, by the names under which they are read back. */
export type SnippetLimit = 'connectionLimit' | 'queueLimit' | 'acquireTimeoutMs';

/** Whether the snippet has to bound the queue: by queueLimit, or because nobody may wait (`queueLimit: 0` then). */
export function boundsQueue({ queueLimit, nobodyWaits }: PoolSettings): boolean {
  return queueLimit > 0 || nobodyWaits === true;
}

/** `boundQueue(pool, { connectionLimit: 3, queueLimit: 2 });`, with what it is for above it. */
export function wrapperCall(
  name: string,
  pool: string,
  settings: PoolSettings,
  limits: readonly SnippetLimit[],
  why: string | null,
): string {
  const given = limits.map((limit) => `${limit}: ${literal(settings[limit])}`).join(', ');
  return code`
    ${why === null ? undefined : `// ${why}`}
    ${name}(${pool}, { ${given} });
  `.trim();
}

/**
 * `minimumIdle` of mariadb: what the load has in use. More would be logins at each start that nobody waits for, one after
 * the other, and sessions at rest; up to 3.4.5, where it counts idle connections, 0 opens none at all.
 */
export function minimumIdle(input: EmitInput): string {
  const {
    settings: { connectionLimit },
    inUse,
  } = input;
  const least = leastIdle(input);
  if (least === connectionLimit) return `${literal(least)}, // opened at the start, one after the other, and kept`;
  const why = inUse === undefined ? '' : 'usually in use: ';
  return `${literal(least)}, // ${why}opened at the start and kept; mariadb opens the others one at a time, when requests wait`;
}

/** The same as a number. */
export function leastIdle({ settings: { connectionLimit }, inUse = 1 }: EmitInput): number {
  return Math.min(connectionLimit, Math.max(1, Math.ceil(inUse)));
}

/** The type of the limits of a wrapper, between marks: it stands above it. */
export function limitsType(...limits: readonly SnippetLimit[]): string {
  return `⟨type Limits = { ${limits.map((limit) => `${limit}: number`).join('; ')} };⟩`;
}

/** The limits as the parameter of a wrapper. */
export function limitsParameter(...limits: readonly SnippetLimit[]): string {
  return `{ ${limits.join(', ')} }⟨: Limits⟩`;
}

/** The error of a refused request, the same in every wrapper. */
export function queueRefusal({ nobodyWaits }: PoolSettings): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the snippet
  const message = nobodyWaits ? "'No connection is free'" : '`${queueLimit} requests already wait`';
  return `Object.assign(new Error(${message}), { code: 'POOL_QUEUE_LIMIT' })`;
}

/** What a wrapper does, for the sentence above it. */
export function refuses({ nobodyWaits }: PoolSettings): string {
  return nobodyWaits
    ? 'Refuses a request when no connection is free'
    : 'Refuses a request when queueLimit others already wait for a connection';
}

/** What a snippet with such a wrapper says of the missing option. */
export const insteadOfQueueLimit = 'The snippet refuses the request that would be one too many with boundQueue().';
