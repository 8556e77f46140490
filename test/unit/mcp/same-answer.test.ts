import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callHere } from '../../helpers/mcp.ts';
import { poolctl } from '../../helpers/run.ts';

/** Flags of size, each there or not. */
const input = fc.record(
  {
    tps: fc.integer({ min: 1, max: 3_000 }),
    p95: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom('0.3s', '80ms', 'soon')),
    p50: fc.integer({ min: 1, max: 200 }),
    mean: fc.integer({ min: 1, max: 400 }),
    instances: fc.integer({ min: 1, max: 20 }),
    server: fc.constantFrom('mysql', 'postgres', 'aws-rds-mysql:db.t3.medium', 'mysqll'),
    deadline: fc.integer({ min: 100, max: 10_000 }),
    headroom: fc.constantFrom('30%', 0.5, '0.2'),
    surge: fc.constantFrom('25%', 1),
    emit: fc.constantFrom('pg', 'mysql2,typeorm', ['pg']),
    driver: fc.constantFrom('pg', 'mysql2'),
    explain: fc.boolean(),
    'connection-limit': fc.integer({ min: 1, max: 200 }),
  },
  { requiredKeys: ['tps'] },
);

it('answers what `poolctl size --json` answers, with mistakes too', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      const flags = Object.entries(given).flatMap(([flag, value]) =>
        typeof value === 'boolean' ? (value ? [`--${flag}`] : []) : [`--${flag}`, String(value)],
      );
      const [byTool, byCommand] = [await callHere('size', given), await poolctl(['size', ...flags, '--json'])];
      const document: unknown = JSON.parse(byCommand.stdout);
      const [, fenced] = byTool.content;
      const text = fenced?.type === 'text' ? fenced.text.split('\n')[1] : undefined;
      expect(byTool.isError ?? false).toBe(byCommand.exitCode > 1);
      expect(JSON.parse(text ?? '')).toEqual(document);
      if (!byTool.isError) expect(byTool.structuredContent).toEqual(document);
    }),
    { numRuns: 200 },
  );
});
