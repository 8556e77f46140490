import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { ProfileLimits } from '../profiles/limits.ts';
import { configFile, type DeclaredServer, type ProjectConfig } from './config.ts';

/**
 * The settings of a project with the limits that the profiles of its servers have, as `size --server` derives them; what
 * poolctl.yaml says itself wins.
 * @throws PoolctlError CONFIG_INVALID where a profile or its class is none
 */
export async function withServerLimits(config: ProjectConfig): Promise<ProjectConfig> {
  const written = Object.entries(config.configOf().servers);
  if (written.every(([, { profile }]) => profile === undefined)) return config;
  const entries = written.map(async ([name, server]) => [name, await withLimit(name, server)] as const);
  const servers = Object.fromEntries(await Promise.all(entries));
  return { ...config, configOf: (path) => ({ ...config.configOf(path), servers }) };
}

async function withLimit(name: string, server: DeclaredServer): Promise<DeclaredServer> {
  const limits = server.profile === undefined ? undefined : await limitsOf(name, server.profile);
  if (!limits) return server;
  const limit = server.maxConnections === undefined ? limits.maxConnections : undefined;
  const slots = limits.reserved.map(({ connections }) => connections);
  return {
    engine: limits.engine,
    ...withoutUndefined({
      maxConnections: limit?.value,
      limitFrom: limit && `${limits.name}${limit.estimated ? ', estimated' : ''}`,
      reserved: slots.length > 0 ? slots.reduce((sum, each) => sum + each) : undefined,
    }),
    ...server,
  };
}

async function limitsOf(name: string, profile: string): Promise<ProfileLimits> {
  const { serverLimits } = await import('../profiles/limits.ts');
  try {
    return await serverLimits(profile);
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    throw new PoolctlError('CONFIG_INVALID', `${configFile}: servers.${name}.profile: ${error.message}`, {
      hint: '`poolctl profiles` lists the servers, and `poolctl profiles show NAME` the classes of one.',
    });
  }
}
