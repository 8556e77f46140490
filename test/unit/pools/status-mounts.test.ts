import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import fastify from 'fastify';
import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { poolStatus } from '../../../src/pools/status.ts';
import { poolStatusHandler, poolStatusPath } from '../../../src/pools/status-handler.ts';

const status = poolStatus([]);
const handler = poolStatusHandler({ status: () => status }, { token: 'right' });

/** Servers with the handler at its path, each as its users write it. */
const mounts: Readonly<Record<string, () => Promise<Server>>> = {
  async 'node:http'() {
    return createServer((request, response) => {
      if (request.url === poolStatusPath) handler(request, response);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
  },
  async Express() {
    return express().get(poolStatusPath, handler).listen(0, '127.0.0.1');
  },
  async Fastify() {
    const app = fastify();
    app.get(poolStatusPath, (request, reply) => {
      reply.hijack();
      handler(request.raw, reply.raw);
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return app.server;
  },
  async NestJS() {
    class AppModule {}
    Module({})(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    app.use(poolStatusPath, handler);
    return (await app.listen(0, '127.0.0.1')) as Server;
  },
};

describe.each(Object.keys(mounts))('the handler in %s', (name) => {
  it('answers at its path, with the token, and nowhere else', async () => {
    const server = (await mounts[name]?.()) as Server;
    if (!server.listening) await once(server, 'listening');
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = (path: string, authorization: string) => fetch(base + path, { headers: { authorization } });
    const [right, wrong, elsewhere] = await Promise.all([
      ask(poolStatusPath, 'Bearer right'),
      ask(poolStatusPath, 'Bearer wrong'),
      ask('/other', 'Bearer right'),
    ]);
    expect(await right.json()).toEqual(status);
    expect([right.status, wrong.status, elsewhere.status]).toEqual([200, 401, 404]);
    const head = await fetch(base + poolStatusPath, { method: 'HEAD', headers: { authorization: 'Bearer right' } });
    expect([head.status, await head.text()]).toEqual([200, '']);
    server.close();
    server.closeAllConnections();
  });
});
