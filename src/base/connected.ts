import { channel } from 'node:diagnostics_channel';

/** Told of each connection to a server that has come about: from then on what the server sends is read. */
export const serverConnected = channel('poolctl.server.connected');
