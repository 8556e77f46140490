/** `poolctl/simulate`: a pool under a load, request by request. */

export type { FigureName, Figures } from '../simulate/figures.ts';
export type {
  Balancer,
  Incident,
  MeanEstimate,
  SimulationInput,
  SimulationRun,
  TimelineSlice,
  WaitCounts,
} from '../simulate/model.ts';
export type { ProgressOptions } from '../simulate/progress.ts';
export { type Replications, replicate } from '../simulate/replicate.ts';
export { simulate } from '../simulate/run.ts';
export { type Confirmation, confirmBySimulation } from '../size/confirm.ts';
export type { ArrivalLaw } from '../traffic/arrival-law.ts';
