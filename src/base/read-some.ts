import { closeSync, openSync, readSync } from 'node:fs';

const pieceBytes = 65_536;

/** A file has more bytes than are taken of it, or is a device without an end. */
export class TooLongError extends Error {
  readonly code = 'EFBIG';
  override readonly name = 'TooLongError';
}

/** The text of a file of at most so many bytes; a pipe or a device is read to its end. @throws TooLongError, or the system's error */
export function readSomeText(path: string, mostBytes: number): string {
  const fd = openSync(path, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let total = 0; ; ) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const bytes = readSync(fd, piece);
      if (bytes === 0) return Buffer.concat(pieces).toString('utf8');
      total += bytes;
      if (total > mostBytes) throw new TooLongError(`It has more than ${mostBytes} bytes.`);
      pieces.push(piece.subarray(0, bytes));
    }
  } finally {
    closeSync(fd);
  }
}
