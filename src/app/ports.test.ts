import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { takenPorts, whoListens, type PortUse } from './ports.ts';

const use = (over: Partial<PortUse>): PortUse => ({ what: 'the web app', transport: 'tcp', host: '127.0.0.1', port: 0, variable: 'PORT', hostVariable: 'HOST', ...over });

test('a taken TCP port is named with the process that has it, and a freed one is free again', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(whoListens('tcp', port)?.pid).toBe(process.pid);
  expect(await takenPorts([use({ port })])).toEqual([expect.stringMatching(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 \\(the web app\\) is taken by process ${process.pid} \\(.+\\): stop that one, or set PORT to another port\\.$`))]);
  await new Promise((resolve) => server.close(resolve));
  expect(await takenPorts([use({ port })])).toEqual([]);
  expect(whoListens('tcp', port)).toBeUndefined();
});

test('a taken UDP port is told apart from the TCP port of the same number', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  expect(await takenPorts([use({ port })])).toEqual([]);
  expect(await takenPorts([use({ port, transport: 'udp' })])).toEqual([expect.stringContaining(`UDP port ${port} on 127.0.0.1 (the web app) is taken by process ${process.pid}`)]);
  await new Promise<void>((resolve) => socket.close(resolve));
});

test('an address that is not of this machine names the variable of the host', async () => {
  expect(await takenPorts([use({ host: '192.0.2.1', port: 40_001 })])).toEqual(['192.0.2.1 is not an address of this machine (the web app): set HOST to one that is.']);
});
