import { expect, it } from 'vitest';
import { analysed } from '../../../helpers/code.ts';

it.each([
  ['module', 'new Pool()'],
  ['module', 'export const pool = new Pool()'],
  ['module', 'if (enabled) pool = new Pool()'],
  ['module', '(async () => { new Pool() })()'],
  ['module', 'async function main() { const pool = new Pool() } main()'],
  ['module', 'let pool; export function get() { if (!pool) pool = new Pool(); return pool }'],
  ['module', 'let pool; export const get = () => (pool ??= new Pool())'],
  ['module', 'let pool; export function get() { if (pool) return pool; pool = new Pool(); return pool }'],
  ['module', 'Module.forRootAsync({ useFactory: () => new Pool() })'],
  ['instance', 'class Db { pool = new Pool() }'],
  ['instance', 'class Db { constructor() { this.pool = new Pool() } }'],
  ['instance', 'class Db { get() { this.pool ??= new Pool(); return this.pool } }'],
  ['module', 'class Db { static pool = new Pool() }'],
  ['function', 'export function make() { return new Pool() }'],
  ['function', 'export const find = async (id) => { const pool = new Pool(); return pool.query(id) }'],
  ['function', 'class Db { find() { const pool = new Pool() } }'],
  ['function', 'async function run() { new Pool() } run(); export const again = () => run()'],
  ['request', "app.get('/', async (req, res) => { new Pool() })"],
  ['request', "router.post('/', authenticate, async (request, reply) => { new Pool() })"],
  ['request', 'export async function handler(event) { new Pool() }'],
  ['request', 'export const handler = async (event) => { new Pool() }'],
  ['request', 'exports.handler = async (event) => { new Pool() }'],
  ['request', 'export async function GET(request) { new Pool() }'],
  ['request', 'export default { async fetch(request, env) { new Pool() } }'],
  ['request', 'export default async function handle(req, res) { new Pool() }'],
  ['request', "class Users { @Get(':id') find() { new Pool() } }"],
])('%s: %s', (lives, code) => {
  const [pool] = analysed({ 'a.ts': `import { Pool } from 'pg'; ${code}` }).pools;
  expect(pool?.lives).toBe(lives);
});
