/** `poolctl/recorder`: keeps the last minutes of a pool, for one file when it saturates. */
export { type FlightRecorder, flightRecorder } from '../monitor/recording/flight-recorder.ts';
export type { FlightRecorderOptions } from '../monitor/recording/options.ts';
