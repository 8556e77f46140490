import { type DriverCase, onEachEngine } from './case.ts';
import drizzle from './drizzle.ts';
import genericPool from './generic-pool.ts';
import knex from './knex.ts';
import knexMysql from './knex-mysql.ts';
import kysely from './kysely.ts';
import mariadb from './mariadb.ts';
import mysql from './mysql.ts';
import mysql2 from './mysql2.ts';
import pg from './pg.ts';
import pgPromise from './pg-promise.ts';
import postgres from './postgres.ts';
import prismaAdapterMariadb from './prisma-adapter-mariadb.ts';
import prismaAdapterPg from './prisma-adapter-pg.ts';
import sequelize from './sequelize.ts';
import sequelizeMysql from './sequelize-mysql.ts';
import slonik from './slonik.ts';
import typeormMysql from './typeorm-mysql.ts';
import typeormPostgres from './typeorm-postgres.ts';

/** Every library that its behaviour is proved for. */
export const driverCases: readonly DriverCase[] = [
  ...[pg, pgPromise, drizzle, kysely, prismaAdapterPg, typeormPostgres],
  ...[postgres, knex, genericPool, sequelize, slonik],
  ...[mysql2, mysql, mariadb, typeormMysql, knexMysql, sequelizeMysql, prismaAdapterMariadb].flatMap(onEachEngine),
];
