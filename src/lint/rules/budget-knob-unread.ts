import { folderOf } from '../../declarations/code/paths.ts';
import { deployedDirectory, isEnvFile, isWithin } from '../../declarations/environment.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { entryOf, type PoolKnob, poolKnobs } from '../budget/knobs.ts';
import { ServicePools } from '../budget/service-pools.ts';
import { isCode } from '../kinds.ts';
import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';

/** A variable that seems to size a pool, which no code of the service reads. */
export const budgetKnobUnread: Rule = {
  severity: 'warn',
  library: 'off',
  *checkProject(project) {
    const services = project.manifests.services.filter(({ server }) => server === undefined);
    if (!services.some((service) => knobsOf(service).length > 0)) return;
    const pools = new ServicePools(project);
    for (const service of services) {
      const knobs = knobsOf(service);
      if (knobs.length === 0) continue;
      const where = unreadIn(service, knobs, project, pools);
      for (const knob of where?.knobs ?? []) {
        yield {
          place: knob.place,
          fingerprint: `${service.name}/${knob.name}`,
          message: `${knob.name} is set for ${service.name}, and ${where?.reader} does not read it.`,
          expected: 'a variable that the code reads where it makes the pool',
          consequence:
            'The pool keeps the size that the code or the library gives it, whatever this line and the budget that counts on it say.',
          fix: `Read ${knob.name} where the pool is made, or take it out.`,
        };
      }
    }
  },
};

/** Frameworks that read variables of these names themselves. */
const ofFrameworks = /^(?:SPRING|QUARKUS|MICRONAUT|TYPEORM|PRISMA|PGBOUNCER|HASURA|DJANGO)_/;

function knobsOf(service: DeployedService): PoolKnob[] {
  return poolKnobs(service).filter(({ name }) => !ofFrameworks.test(name) && !/URL|URI|DSN/.test(name));
}

/** Only where the code that makes the pools of this service is in sight. */
function unreadIn(
  service: DeployedService,
  knobs: readonly PoolKnob[],
  project: Project,
  pools: ServicePools,
): { knobs: readonly PoolKnob[]; reader: string } | undefined {
  const entry = entryOf(service, project.files);
  if (entry && /\bcreate_engine|create_async_engine|asyncpg|psycopg|SQLAlchemy\(/.test(entry.text)) {
    return { knobs: knobs.filter(({ name }) => !entry.text.includes(name)), reader: entry.file };
  }
  const [file] = pools.filesOf(service);
  if (file === undefined || !isCode(file)) return undefined;
  const folders = service.builds.length > 0 ? service.builds : [deployedDirectory(folderOf(service.place.file))];
  const sources = project.paths.filter(
    (path) =>
      folders.some((folder) => isWithin(path, folder)) &&
      (isCode(path) || /\.(?:json|prisma|sh|py|go|rb|php)$|Dockerfile/.test(path)) &&
      !isEnvFile(path),
  );
  const texts = sources.map((path) => project.files.read(path) ?? '');
  // A name that is put together at run time may be any.
  if (texts.some((text) => /\benv\[\s*`/.test(text))) return undefined;
  const manifest = new Set([service.place.file]);
  const unread = knobs.filter(
    ({ name }) => !texts.some((text, index) => !manifest.has(sources[index] ?? '') && text.includes(name)),
  );
  return { knobs: unread, reader: `no code of ${folders[0] || 'the project'}` };
}
