import mysql from 'mysql2/promise';
import pg from 'pg';

export const orders = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.PG_POOL_MAX),
});

export const catalog = mysql.createPool({
  uri: process.env.CATALOG_URL,
  connectionLimit: Number(process.env.MYSQL_POOL_LIMIT),
});
