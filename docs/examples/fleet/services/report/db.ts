import pg from 'pg';

export const orders = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
