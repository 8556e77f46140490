import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Finding } from '../finding.ts';
import type { Project } from '../project.ts';
import { applicationsOf } from './application.ts';

const at = ({ file, start, end }: SourceSpan) => `${file} ${start} ${end}`;

/**
 * The findings without those that say again what another one says: of an option that two files read, and of options that
 * are declared for a pool which another place makes (`knexfile.ts` and `knex(config)`).
 */
export function saidOnce(findings: readonly Finding[], project: Pick<Project, 'pools' | 'paths' | 'files'>): Finding[] {
  const rulesAt = new Map<string, Set<string>>();
  for (const { place, rule } of findings) rulesAt.set(at(place), (rulesAt.get(at(place)) ?? new Set()).add(rule));
  const said = new Set<string>();
  for (const { pools, onlyDeclared } of applicationsOf(project)) {
    for (const declared of onlyDeclared) {
      const others = pools.filter((pool) => pool.package === declared.package);
      for (const rule of others.flatMap(({ place }) => [...(rulesAt.get(at(place)) ?? [])])) {
        said.add(`${at(declared.place)} ${rule}`);
      }
    }
  }
  return findings.filter(({ place, rule, message }) => {
    if (said.has(`${at(place)} ${rule}`)) return false;
    const key = `${at(place)} ${rule} ${message}`;
    return !said.has(key) && said.add(key);
  });
}
