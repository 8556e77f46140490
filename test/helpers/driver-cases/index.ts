import type { DriverCase } from './case.ts';
import drizzle from './drizzle.ts';
import genericPool from './generic-pool.ts';
import knex from './knex.ts';
import kysely from './kysely.ts';
import pg from './pg.ts';
import pgPromise from './pg-promise.ts';
import postgres from './postgres.ts';
import prismaAdapterPg from './prisma-adapter-pg.ts';
import sequelize from './sequelize.ts';
import slonik from './slonik.ts';
import typeormPostgres from './typeorm-postgres.ts';

/** Every library that its behaviour is proved for. */
export const driverCases: readonly DriverCase[] = [
  ...[pg, pgPromise, drizzle, kysely, prismaAdapterPg, typeormPostgres],
  ...[postgres, knex, genericPool, sequelize, slonik],
];
