import { redact } from '../base/redact.ts';
import type { Warning } from '../base/warning.ts';
import type { DemandOptions, MeasuredDemand } from './demand.ts';
import { collectFromFiles, type MetricsFile, readMetricsFile } from './from-files.ts';
import { judgeDemand } from './judge.ts';
import { type Asked, type PrometheusSource, parseDemandSource } from './source.ts';

/**
 * The demand that a source tells: `prometheus://host:9090?service=api`, or files of metrics, `FILE?pool=orders` or
 * `FILE1,FILE2?interval=60s`. @throws PoolctlError, one for everything that can be wrong; none quotes a secret
 */
export async function demandFrom(text: string, options: DemandOptions): Promise<MeasuredDemand> {
  const source = parseDemandSource(text, options.cwd);
  if (source.kind === 'files') {
    const files = source.files.map((name) => readMetricsFile(name, options.cwd));
    return demandOfFiles(files, source.asked);
  }
  const { collectFromPrometheus } = await import('./from-prometheus.ts');
  const collected = await collectFromPrometheus(source, options);
  return judgeDemand({ ...collected, warnings: [...unencrypted(source), ...collected.warnings] }, source.name);
}

/** The demand in files that were read already. */
export async function demandOfFiles(
  files: readonly MetricsFile[],
  asked: Asked = { labels: {} },
): Promise<MeasuredDemand> {
  return judgeDemand(await collectFromFiles(files, asked), redact(files.map(({ name }) => name).join(', ')));
}

function unencrypted({ auth, isTls, host, name }: PrometheusSource): Warning[] {
  const hasSecret = auth.tokenEnv !== undefined || auth.passwordEnv !== undefined;
  if (!hasSecret || isTls || /^(?:localhost|127\..*|::1)$/.test(host)) return [];
  return [
    {
      code: 'NOT_ENCRYPTED',
      message: `The secret goes to ${name} unencrypted.`,
      hint: `Write prometheus+https://, where it has TLS.`,
    },
  ];
}
