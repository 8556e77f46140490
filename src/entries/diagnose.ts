/** `poolctl/diagnose`: why requests waited in a recording of `poolctl/recorder`, and the load in it. */
export { diagnose } from '../diagnose/diagnose.ts';
export type {
  Cause,
  Diagnosis,
  LoadFigures,
  SiteFigures,
  TimeShares,
  WaitFigures,
} from '../diagnose/diagnosis.ts';
export { type RecordedLoad, recordedLoad } from '../diagnose/recorded-load.ts';
export type { WaitingStretch } from '../diagnose/stretch.ts';
export {
  parseRecording,
  type RecordedAcquire,
  type RecordedConnect,
  type RecordedSample,
  type RecordedStop,
  type Recording,
} from '../measurements/recording.ts';
export type { RecordingReason } from '../monitor/recording/document.ts';
