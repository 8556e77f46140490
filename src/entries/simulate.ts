/** `poolctl/simulate`: a pool under a load, request by request. */

export type { FigureName, Figures } from '../simulate/figures.ts';
export type {
  Balancer,
  ConnectionLending,
  ConnectionOpening,
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
export { sizeBySimulation } from '../size/by-simulation.ts';
export { type Confirmation, confirmBySimulation } from '../size/confirm.ts';
export type { SimulatedNeed } from '../size/input.ts';
export type { ArrivalLaw, RecordedArrivals } from '../traffic/arrival-law.ts';
