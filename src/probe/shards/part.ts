/** Which part of a plan a process does; `index` counts from 0. */
export interface ShardPart {
  readonly index: number;
  readonly of: number;
}
