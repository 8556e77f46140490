import mysql from 'mysql2/promise';

export const catalog = mysql.createPool({ uri: process.env.CATALOG_URL, connectionLimit: 5 });
