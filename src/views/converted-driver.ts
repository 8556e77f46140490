import type { Converted } from '../convert/run.ts';
import type { StepView, TableView } from '../render/view.ts';
import { stepsOfDriver } from '../size/because/driver.ts';
import { poolAmong } from './convert.ts';
import { driverTable } from './driver.ts';
import { stepView } from './step.ts';

/** What the driver makes of each pool that was read, where that is known. */
export function convertedDrivers(pools: readonly Converted[]): TableView[] {
  return pools.flatMap((pool) => {
    const { driver, settings } = pool;
    return driver ? [driverTable(driver.effects, settings, pools.length > 1 ? ` of ${poolAmong(pool)}` : '')] : [];
  });
}

/** How it was calculated. */
export function convertedSteps(pools: readonly Converted[]): StepView[] {
  return pools.flatMap((pool) => {
    const { driver, settings } = pool;
    if (!driver) return [];
    const steps = stepsOfDriver(driver.use, driver.effects, settings.connectionLimit, 'the server is near');
    return steps.map((step) => {
      const view = stepView(step);
      return pools.length > 1 ? { ...view, title: `${poolAmong(pool)}: ${view.title}` } : view;
    });
  });
}
