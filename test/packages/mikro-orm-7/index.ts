export { EntitySchema, type MikroORM } from '@mikro-orm/core';
export type { SqlEntityManager } from '@mikro-orm/sql';
