import { packageVersion } from '../../base/version.ts';
import type { Report } from '../../cli/output.ts';

/** Why requests waited in a recording of `poolctl/monitor`, in every format. */
export async function recordingReport(text: string, file: string): Promise<Report> {
  const { parseRecording } = await import('../../measurements/recording.ts');
  const { diagnose } = await import('../../diagnose/diagnose.ts');
  const { recordingView } = await import('../../views/recording.ts');
  const recording = parseRecording(text, file);
  const diagnosis = diagnose(recording);
  const { pool, startedAt, durationMs, reason, overwritten } = recording;
  const result = { pool, startedAt, durationMs, reason, overwritten, ...diagnosis };
  return {
    schema: 'poolctl.diagnosis/1',
    result,
    view: () => recordingView(recording, diagnosis),
    html: async () => {
      const { renderRecordingHtml } = await import('../../views/html/recording.ts');
      return renderRecordingHtml(recording, diagnosis, { version: packageVersion(), result });
    },
  };
}
