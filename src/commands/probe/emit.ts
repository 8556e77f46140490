import { formatNumber } from '../../base/units.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Emitted } from '../../emit/target.ts';
import type { ProbeResult } from '../../probe/result.ts';
import { answerFlags, probeVariables } from './flags.ts';

/** The snippets for the settings that a probe found; targets are checked before it runs. */
export async function emitAdvice(read: ReadOption): Promise<(result: ProbeResult) => Promise<Emitted>> {
  const targets = read(answerFlags.emit)?.value ?? [];
  if (targets.length === 0) return async () => ({ snippets: [], warnings: [] });
  const { chooseTarget, emitSnippets } = await import('../../emit/run.ts');
  const [language, driverVersion] = [read(probeVariables.lang)?.value, read(probeVariables['driver-version'])?.value];
  for (const target of targets) await chooseTarget(target, undefined, driverVersion);
  return async ({ recommendation, target, workload }) => {
    if (!recommendation) return { snippets: [], warnings: [] };
    const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, instances = 1 } = recommendation;
    return emitSnippets({
      names: targets,
      settings: { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs },
      why: [`connectionLimit ${formatNumber(connectionLimit)}: measured by poolctl probe, ${workload.name}.`],
      fleet: { instances, processesPerInstance: 1, connections: connectionLimit * instances },
      engine: target.engine,
      language,
      driverVersion,
    });
  };
}
