import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import type { SnippetCase } from '../case.ts';
import typeorm from './typeorm.ts';

class AppModule {}

export default {
  ...typeorm,
  target: 'nestjs-typeorm',
  open: async ({ databaseModule }: { databaseModule: DynamicModule }) => {
    const application = { module: AppModule, imports: [databaseModule] };
    const context = await NestFactory.createApplicationContext(application, { logger: ['warn', 'error'] });
    const pool = await typeorm.open({ connect: async () => context.get(DataSource) });
    return { ...pool, end: () => context.close() };
  },
} satisfies SnippetCase;
