import type { FleetFinding } from '../../../budget/answer.ts';
import type { DeclaredPool } from '../../../declarations/declared-pool.ts';
import { entryOf, poolKnobs } from '../../../lint/budget/knobs.ts';
import type { JoinedFleet, JoinedService } from '../model.ts';

/** Where a variable of the environment is not what the code suggests: it beats a default, or nobody reads it. */
export function envRemarks({ joined }: JoinedFleet): FleetFinding[] {
  return joined.flatMap((one) => [...beaten(one), ...unread(one)]);
}

function beaten({ service, read, found }: JoinedService): FleetFinding[] {
  const said = new Set<string>();
  return read.flatMap(({ pool, size }) => {
    if (!pool || size.kind !== 'known') return [];
    return defaultsBeaten(pool, found.unit?.files.read(pool.place.file) ?? '').flatMap(
      ({ variable, value, otherwise, from }): FleetFinding[] => {
        if (said.has(variable)) return [];
        said.add(variable);
        return [
          {
            id: 'env-over-default',
            severity: 'info',
            text: `${service.name}: ${variable}=${value} in ${from} beats the ${otherwise} in ${pool.place.file}.`,
            ...{ service: service.name, place: pool.place },
          },
        ];
      },
    );
  });
}

interface Beaten {
  readonly variable: string;
  readonly value: string;
  readonly otherwise: string;
  readonly from: string;
}

/** Numbers beside the name of a variable in the code that are not what the environment has. */
function defaultsBeaten({ options }: DeclaredPool, text: string): Beaten[] {
  return options.flatMap(({ value }): Beaten[] => {
    if (value.kind !== 'known' || typeof value.value === 'boolean') return [];
    const set = value.origins.find(({ kind }) => kind === 'env-file' || kind === 'manifest');
    const variable = /^[A-Z][A-Z0-9_]*/.exec(set?.text ?? '')?.[0];
    if (set === undefined || variable === undefined) return [];
    const otherwise = new RegExp(`\\b${variable}\\b['"\\]]*\\s*(?:,|\\?\\?|\\|\\|)\\s*['"]?(\\d+)`).exec(text)?.[1];
    const own = String(value.value);
    if (otherwise === undefined || otherwise === own || !/^\d+$/.test(own)) return [];
    return [{ variable, value: own, otherwise, from: set.place?.file ?? 'the environment' }];
  });
}

/** A variable that sizes a pool by its name, which the module that the service starts does not read. */
function unread({ service, found, read }: JoinedService): FleetFinding[] {
  const files = found.unit?.files;
  const [deployed] = found.deployed;
  if (!files || !deployed) return [];
  const entry = entryOf(deployed, files);
  if (!entry) return [];
  const names = poolKnobs(deployed)
    .map(({ name }) => name)
    .filter((name) => !/UR[LI]|DSN/.test(name) && !entry.text.includes(name));
  const [first] = names;
  if (first === undefined) return [];
  const sizes = read.flatMap(({ size }) => (size.kind === 'known' ? [size.value] : []));
  const has = sizes.length > 0 ? `; its pool is ${sizes.join(' + ')} whatever ${first} says` : '';
  return [
    {
      id: 'budget-knob-unread',
      severity: 'warning',
      text: `${service.name}: ${entry.file} reads no ${names.join(' and no ')}${has}.`,
      hint: `Read ${first} where the pool is made, or take it out.`,
      ...{ service: service.name, ...(service.place && { place: service.place }) },
    },
  ];
}
