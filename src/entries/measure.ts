/** `poolctl/measure`: requests a second and hold times, from a server at work. */
export { ConnectionTarget, type TlsMode } from '../engines/target.ts';
export { type Measured, type MeasureOptions, measureServer } from '../measure/measure-server.ts';
export type { Figure, HeldFigure, Measurement } from '../measure/result.ts';
