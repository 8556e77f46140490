import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { instrument, type Monitor, type MonitorEvent, type PoolFigures } from 'poolctl/monitor';
// biome-ignore lint/style/useImportType: Nest injects by this class, at run time.
import { DataSource } from 'typeorm';

export interface DatabaseHealth {
  /** Whether the database answers; undefined where nobody has asked it yet. */
  readonly reachable: boolean | undefined;
  /** All connections are in use and requests wait. Overload, and no reason to call the database down or to open a new pool. */
  readonly saturated: boolean;
  readonly pool: PoolFigures;
}

const answerWithinMs = 2_000;

/** The health of the pool of a DataSource: for `GET /health`, with alarms and a report every five minutes in the log. */
@Injectable()
export class DatabaseHealthService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(DatabaseHealthService.name);
  private readonly dataSource: DataSource;
  private monitor: Monitor | undefined;
  private reachable: boolean | undefined;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  onModuleInit(): void {
    this.monitor = instrument(this.dataSource, { onEvent: (event) => this.log(event) });
  }

  onModuleDestroy(): void {
    this.monitor?.uninstrument();
  }

  /** @throws Error before the module is initialized */
  getPoolStatus(): PoolFigures {
    if (!this.monitor) throw new Error('The module of DatabaseHealthService is not initialized yet.');
    return this.monitor.status();
  }

  /** Asks the database only where a connection is free: a question behind a full pool's queue would only be late. */
  async checkHealth(): Promise<DatabaseHealth> {
    const { utilizationRate = 0, queuedRequests } = this.getPoolStatus();
    const isFull = utilizationRate >= 100 || queuedRequests > 0;
    if (!isFull) this.reachable = await this.answers();
    const pool = this.getPoolStatus();
    return { reachable: this.reachable, saturated: isFull && pool.queuedRequests > 0, pool };
  }

  private async answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, answerWithinMs, false);
    });
    const asked = this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private log(event: MonitorEvent): void {
    switch (event.kind) {
      case 'alarm': {
        const what = event.alarm === 'utilization' ? 'Connections in use' : 'Requests that wait for a connection';
        if (event.isRaised) this.logger.warn(`${what}: too many`, event.status);
        else this.logger.log(`${what}: normal again`, event.status);
        break;
      }
      case 'check':
        if (event.warnings.length > 0) this.logger.warn(`Too high in the last minutes: ${event.warnings.join(', ')}`);
        break;
      case 'leak':
        this.logger.warn(`A connection is held for ${Math.round(event.heldMs / 1_000)} s`, event.stack);
        break;
      default:
        this.logger.log(`${event.kind} in ${event.pool}`);
    }
  }
}
