import { describe, expect, it } from 'vitest';
import { shardView } from '../../../../src/views/probe/shard.ts';
import { shardPlanView } from '../../../../src/views/probe/shard-plan.ts';
import { shardPlan } from '../../../helpers/shard-plan.ts';
import { dealtShards, shardResult } from '../../../helpers/shard-results.ts';

const tableOf = ({ tables }: ReturnType<typeof shardView>, title: string) =>
  tables.find((table) => table.title === title);

describe('the plan of shards, for a reader', () => {
  const plan = shardPlan();
  const planned = { plan, guards: [], leftBefore: [] };

  it('says when each step begins, what each shard has, and what to run next', () => {
    const view = shardPlanView(planned, 'plans/plan.json');
    expect(view.headline).toBe('planned 3 shards on db.internal:5432, for about 16 s');
    expect(tableOf(view, 'Steps, from the common start')?.rows).toEqual([['0 ms', '1.5 s', '10 s', 'pool 12/20/2 s']]);
    expect(tableOf(view, 'Plan')?.rows.find(([name]) => name === 'in each')?.[1]).toBe('4');
    expect(view.snippets?.[0]?.text.match(/^poolctl .*$/gm)).toEqual([
      'poolctl probe --plan plans/plan.json --shard 1/3 --save shard-1.json',
      'poolctl probe --plan plans/plan.json --emit-job kubernetes -o job.yaml',
      'poolctl report --shards shard-*.json',
    ]);
    expect(shardPlanView(planned, "it's a plan.json").snippets?.[0]?.text).toContain(
      String.raw`--plan 'it'\''s a plan.json' --shard`,
    );
  });

  it('says which shards have fewer connections', () => {
    const guard = { ...plan.guard, connectionsByShard: [4, 4, 3] };
    const view = shardPlanView({ ...planned, plan: shardPlan({ guard }) }, undefined);
    expect(tableOf(view, 'Plan')?.rows.find(([name]) => name === 'in each')?.[1]).toBe('4 (2 shards), 3 (1 shard)');
  });

  it('of a dry run is nothing to run yet', () => {
    const view = shardPlanView(planned, undefined);
    expect(view.headline).toMatch(/^would plan 3 shards/);
    expect(view.snippets).toBeUndefined();
  });
});

describe('the part of one shard, for a reader', () => {
  const [, second] = dealtShards(7, { count: 300 }).shards;
  if (!second) throw new Error('no shard');

  it('says what it served, how late it was, whose clock it is by, and what comes next', () => {
    const view = shardView(second, 's.json');
    expect(view.headline).toBe('shard 2 of 3 of plan 1f3a9c00: complete');
    expect(view.verdict?.answer).toBe('yes');
    const served = second.steps[0]?.run.completed ?? 0;
    const [row] = tableOf(view, "This shard's part")?.rows ?? [];
    expect(row?.slice(0, 2)).toEqual(['pool 12/20/2 s', `${served / 10}/s`]);
    const headOf = (result: typeof second) => tableOf(shardView(result, 's.json'), "This shard's part")?.head;
    expect(headOf(second)).not.toContain('open late');
    expect(headOf({ ...second, steps: second.steps.map((step) => ({ ...step, lateMs: 7 })) })).toContain('open late');
    expect(view.verdict?.details.join(' ')).toContain('1.5 ms ahead of the one here, within 0.2 ms');
    expect(tableOf(view, 'Next')?.rows).toEqual([
      ['kept in', 's.json'],
      ['when all have ended', 'poolctl report --shards shard-*.json'],
    ]);
  });

  it('says what stopped it, and that a plan is run once', () => {
    const message = 'shard 1 of 3 left 4 s before the end';
    const view = shardView({ ...second, finished: 'stopped', stoppedBy: { guard: 'shard-gone', message } }, undefined);
    expect(view.verdict).toMatchObject({ answer: 'no', details: expect.arrayContaining([message]) });
    expect(JSON.stringify(tableOf(view, 'Next'))).toContain('make a new plan');
  });

  it('has no figures where it had not begun', () => {
    const { startedAt: _, clock: __, ...result } = shardResult(0, [], { finished: 'interrupted' });
    const view = shardView(result, undefined);
    expect(tableOf(view, "This shard's part")).toBeUndefined();
    expect(view.verdict?.details).toContain('It had not begun.');
    expect(JSON.stringify(tableOf(view, 'Next'))).toContain('start all shards again');
  });
});
