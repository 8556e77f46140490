import { pooledMark } from '../../inspect/leftovers.ts';

/** How a load is told from the work of others on the server. */
export interface LoadTag {
  /** `poolctl-probe/1f3a`. */
  readonly text: string;
  /**
   * The load goes through a pooler. Process ids are the pooler's own then, so that its sessions are known by the comment
   * of their statements alone, and one that idles is the pooler's, kept for its next client.
   */
  readonly isPooled: boolean;
}

/** Of a load that goes through a pooler. The name stays on sessions that the pooler keeps, and tells of no probe at work. */
export function pooledTag(run: string): string {
  return `${pooledMark}${run}`;
}

/** Its run, of `poolctl-probe/1f3a`. */
export function runOfTag({ text }: Pick<LoadTag, 'text'>): string {
  return text.replace(/^.*\//, '');
}
