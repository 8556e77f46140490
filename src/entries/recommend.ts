/** `poolctl/recommend`: keep, raise or lower a pool, from what was seen of it since it was changed, and before. */
export type { MeasuredLoad } from '../measure/document.ts';
export type { BusiestHour } from '../recommend/busiest.ts';
export type { FoundCause, PoolCause } from '../recommend/causes/cause.ts';
export type { SeenFigure, SeenFigureName } from '../recommend/compare.ts';
export type { LikeHours } from '../recommend/cycle.ts';
export {
  type Evidence,
  type EvidenceKind,
  joinEvidence,
  type PoolHistory,
  type PoolPoint,
} from '../recommend/evidence.ts';
export { readEvidence } from '../recommend/inputs/read.ts';
export { recommend } from '../recommend/recommend.ts';
export type {
  RecommendDecision,
  RecommendInput,
  RecommendResult,
  SeasonalMargin,
  SeenSide,
  SettingChange,
} from '../recommend/result.ts';
