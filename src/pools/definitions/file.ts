import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaultPorts } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { checkDefinition } from '../check-definition.ts';
import { LateSecret } from '../credentials/late-secret.ts';
import type { PoolDefinition } from '../definition.ts';
import { settingsForUsers } from './by-users.ts';
import { DefinitionError, type DefinitionList } from './definition-list.ts';
import type { WrittenConnection, WrittenPassword } from './file-schema.ts';

export interface DefinitionFileOptions {
  /** Accept passwords that stand in the file, if nobody but its owner may read it (mode 0600). */
  readonly allowPlaintextPasswords?: boolean;
}

/** Pools by a YAML or JSON file; docs/pools.md has its keys. A mistake is an error with line and column. */
export function definitionsFromFile(path: string, options: DefinitionFileOptions = {}): DefinitionList {
  // So that a file that is read again has the same secrets: those of a place are the same by themselves.
  const literals = new Map<string, LateSecret>();
  const secretOf = (password: WrittenPassword) => {
    if (typeof password !== 'string') return new LateSecret(password);
    const secret = literals.get(password) ?? new LateSecret(() => password);
    literals.set(password, secret);
    return secret;
  };
  return async () => {
    const [{ readDefinitionFile }, text] = await Promise.all([import('./file-schema.ts'), readDefinitions(path)]);
    const { connections } = readDefinitionFile(text, path);
    const found = new Map<string, PoolDefinition>();
    for (const written of connections) {
      const id = String(written.id);
      if (found.has(id)) throw new DefinitionError(`${path}: two connections have the id ${id}. Rename one.`);
      const { password } = written;
      if (typeof password === 'string') await refuseUnlessAllowed(path, id, options);
      const secret = password === undefined ? undefined : secretOf(password);
      found.set(id, checkDefinition(id, definitionOf(written, secret)));
    }
    return found;
  };
}

/** @throws PoolctlError INPUT_UNREADABLE */
async function readDefinitions(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as { code?: string };
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new PoolctlError('INPUT_UNREADABLE', `The file of connections ${resolve(path)}: ${why}.`, {
      hint: 'Give definitionsFromFile() the path of a file that this user may read.',
      cause,
    });
  }
}

async function refuseUnlessAllowed(path: string, id: string, { allowPlaintextPasswords }: DefinitionFileOptions) {
  const instead = 'Write password: { env: NAME }, { file: PATH } or { command: [PROGRAM, ARGUMENT] }';
  if (!allowPlaintextPasswords)
    throw new DefinitionError(
      `${path}: the password of ${id} stands in the file. ${instead}, or set allowPlaintextPasswords.`,
    );
  const others = 0o077;
  if (((await stat(path)).mode & others) !== 0)
    throw new DefinitionError(
      `${path}: the password of ${id} stands in the file, and others than its owner may read it. ${instead}, or chmod 600.`,
    );
}

function definitionOf(written: WrittenConnection, secret: LateSecret | undefined): PoolDefinition {
  const { type: engine, concurrentUsers } = written;
  const byUsers = concurrentUsers === undefined ? undefined : settingsForUsers(concurrentUsers);
  return {
    engine,
    host: written.host,
    port: written.port ?? defaultPorts[engine],
    database: written.database,
    user: written.user,
    ...byUsers,
    ...withoutUndefined({
      secret,
      tls: written.tls ? {} : undefined,
      max: written.max,
      min: written.min,
      idleMs: written.idleTimeout,
      connectTimeoutMs: written.connectTimeout,
      statementTimeoutMs: written.statementTimeout,
      lifetimeMs: written.lifetime,
      applicationName: written.applicationName,
      isActive: written.isActive,
    }),
  };
}
