import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MysqlFraming } from '../../../src/engines/mysql/framing.ts';
import { PostgresFraming } from '../../../src/engines/postgres/framing.ts';
import {
  columnBody,
  dataRow,
  eofBody,
  greetingBody,
  int16,
  int32,
  mysqlMessage,
  okBody,
  packed,
  pgMessage,
  rowDescription,
} from '../../helpers/messages.ts';

/** A text cut at these places. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });
const ready = pgMessage('Z', 'I');

describe('of PostgreSQL', () => {
  const answer = Buffer.concat([
    pgMessage('S', 'server_version\x0018.4\0'),
    pgMessage('K', Buffer.alloc(8)),
    pgMessage('N', 'SNOTICE\0Mhello\0\0'),
    rowDescription('a', 'b'),
    dataRow('1', null),
    dataRow('', 'two'),
    pgMessage('C', 'SELECT 2\0'),
    ready,
  ]);

  it('hands on all bytes of an answer, and none of a message before its last, however it is cut', () => {
    fc.assert(
      fc.property(cuts, (places) => {
        const framing = new PostgresFraming('questions');
        const parts = chunksOf(answer, places).map((chunk) => framing.take(chunk));
        expect(Buffer.concat(parts).equals(answer)).toBe(true);
      }),
    );
    const framing = new PostgresFraming('questions');
    expect(framing.take(ready.subarray(0, 5))).toHaveLength(0);
    expect(framing.take(ready.subarray(5))).toHaveLength(6);
  });

  it.each([
    { what: 'a type that does not exist', bytes: pgMessage('J', '') },
    { what: 'a length below its own', bytes: pgMessage('Z', 'I', 3) },
    { what: 'a length of 1 GB', bytes: pgMessage('E', '', 2 ** 30) },
    { what: 'a negative length', bytes: pgMessage('E', '', -1) },
    { what: 'a text without an end', bytes: pgMessage('C', 'SELECT 1') },
    { what: 'an error without an end', bytes: pgMessage('E', 'SERROR\0') },
    { what: 'a row without columns before it', bytes: dataRow('1') },
    { what: 'a row of another width', bytes: Buffer.concat([rowDescription('a'), dataRow('1', '2')]) },
    {
      what: 'a value longer than its row',
      bytes: Buffer.concat([rowDescription('a'), pgMessage('D', Buffer.concat([int16(1), int32(9)]))]),
    },
    {
      what: 'a value of negative length',
      bytes: Buffer.concat([rowDescription('a'), pgMessage('D', Buffer.concat([int16(1), int32(-2)]))]),
    },
    { what: 'more columns than there can be', bytes: pgMessage('T', int16(2_000)) },
    { what: 'a negative number of columns', bytes: pgMessage('T', int16(-1)) },
    { what: 'something behind the end', bytes: pgMessage('Z', 'II') },
    {
      what: 'a login that takes minutes',
      bytes: pgMessage('R', Buffer.concat([int32(11), Buffer.from('r=a,s=b,i=1000001')])),
    },
    { what: 'a way to log in that is not known', bytes: pgMessage('R', int32(7)) },
  ])('refuses $what', ({ bytes }) => {
    expect(() => new PostgresFraming('questions').take(bytes)).toThrow(expect.objectContaining({ name: 'FrameFault' }));
  });

  it('ends an answer of more than 16 MB, and one of more than 100,000 rows, but not those of a load', () => {
    const many = (framing: PostgresFraming, row: Buffer, count: number) => {
      framing.take(rowDescription('a'));
      for (let sent = 0; sent < count; sent += 1) framing.take(row);
    };
    const wide = dataRow('x'.repeat(1_000_000));
    expect(() => many(new PostgresFraming('questions'), wide, 16)).not.toThrow();
    expect(() => many(new PostgresFraming('questions'), wide, 17)).toThrow('16 MB in one answer');
    expect(() => many(new PostgresFraming('questions'), dataRow('1'), 100_001)).toThrow('100,000 rows');
    expect(() => many(new PostgresFraming('load'), wide, 40)).not.toThrow();
  });

  it('lets a session ask for as long as its answers are of the usual size', () => {
    const framing = new PostgresFraming('questions');
    const sample = Buffer.concat([
      rowDescription('ages'),
      dataRow('x'.repeat(900_000)),
      pgMessage('C', 'SELECT 1\0'),
      ready,
    ]);
    expect(() => {
      for (let asked = 0; asked < 500; asked += 1) framing.take(sample);
    }).not.toThrow();
  });
});

describe('of MySQL and MariaDB', () => {
  const login = Buffer.concat([mysqlMessage(0, greetingBody()), mysqlMessage(2, okBody)]);
  const answer = [
    mysqlMessage(1, Buffer.from([2])),
    mysqlMessage(2, columnBody('a')),
    mysqlMessage(3, columnBody('b')),
    mysqlMessage(4, eofBody),
    mysqlMessage(5, Buffer.concat([packed('one'), Buffer.from([0xfb])])),
    mysqlMessage(6, eofBody),
    mysqlMessage(1, okBody),
    mysqlMessage(1, Buffer.from([0xff, 0x48, 0x04])),
  ];
  const all = Buffer.concat([login, ...answer]);

  function take(bytes: Buffer, isExtended = false, places: readonly number[] = []): Buffer[] {
    const framing = new MysqlFraming('questions', () => isExtended);
    const messages: Buffer[] = [];
    for (const chunk of chunksOf(bytes, places)) framing.take(chunk, (message) => messages.push(message));
    return messages;
  }

  it('hands on each message, whole and once, however it is cut', () => {
    fc.assert(
      fc.property(cuts, (places) => {
        expect(Buffer.concat(take(all, false, places)).equals(all)).toBe(true);
      }),
    );
    expect(take(all)).toHaveLength(2 + answer.length);
  });

  const start = [login, ...answer.slice(0, 4)];
  it.each([
    { what: 'a greeting of another version', bytes: mysqlMessage(0, Buffer.from([9, 0])) },
    { what: 'a greeting that ends early', bytes: mysqlMessage(0, greetingBody().subarray(0, 20)) },
    { what: 'a message without a content', bytes: mysqlMessage(0, Buffer.alloc(0)) },
    { what: 'a login of 100 kB', bytes: mysqlMessage(0, greetingBody(), 100_000) },
    { what: 'a message of 16 MB', bytes: Buffer.concat([login, mysqlMessage(1, Buffer.from([1]), 0xffffff)]) },
    {
      what: 'a wish for a file of this machine',
      bytes: Buffer.concat([login, mysqlMessage(1, Buffer.from('\xfb/etc/hostname', 'latin1'))]),
    },
    {
      what: 'more columns than there can be',
      bytes: Buffer.concat([login, mysqlMessage(1, Buffer.from([0xfd, 0, 0, 1]))]),
    },
    {
      what: 'a column that ends early',
      bytes: Buffer.concat([...start.slice(0, 2), mysqlMessage(2, columnBody('a').subarray(0, 9))]),
    },
    {
      what: 'a column that is a shape',
      bytes: Buffer.concat([...start.slice(0, 2), mysqlMessage(2, columnBody('a', 0xff))]),
    },
    {
      what: 'a row before the end of the columns',
      bytes: Buffer.concat([...start.slice(0, 4), mysqlMessage(4, packed('x'))]),
    },
    { what: 'a row with a value too few', bytes: Buffer.concat([...start, mysqlMessage(5, packed('x'))]) },
    {
      what: 'a row with a value too many',
      bytes: Buffer.concat([...start, mysqlMessage(5, Buffer.concat([packed('x'), packed('y'), packed('z')]))]),
    },
    {
      what: 'a value longer than its row',
      bytes: Buffer.concat([...start, mysqlMessage(5, Buffer.from([0xfc, 0xff, 0xff, 0xfb]))]),
    },
    { what: 'an OK that is cut', bytes: Buffer.concat([login, mysqlMessage(1, okBody.subarray(0, 5))]) },
  ])('refuses $what', ({ bytes }) => {
    expect(() => take(bytes)).toThrow(expect.objectContaining({ name: 'FrameFault' }));
  });

  it('reads what has changed in a session, where the server tells it, and no further than its end', () => {
    const greeting = greetingBody();
    greeting[1 + '8.0.36'.length + 1 + 18] = 0x80;
    const changed = Buffer.concat([Buffer.from([0]), packed('abc')]);
    const ok = (announced: number) => Buffer.concat([Buffer.from([0, 0, 0, 2, 0x40, 0, 0, 0, announced]), changed]);
    const said = (announced: number) =>
      Buffer.concat([mysqlMessage(0, greeting), mysqlMessage(2, okBody), mysqlMessage(1, ok(announced))]);
    expect(take(said(changed.length))).toHaveLength(3);
    expect(() => take(said(changed.length + 1))).toThrow('shorter than what it announces');
    expect(() => take(said(200))).toThrow('shorter than what it announces');
  });

  describe('of a load', () => {
    const prepared = [
      // Statement 1: one column, two parameters.
      mysqlMessage(1, Buffer.from([0, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0])),
      ...[2, 3].map((number) => mysqlMessage(number, columnBody('?'))),
      mysqlMessage(4, eofBody),
      mysqlMessage(5, columnBody('a')),
      mysqlMessage(6, eofBody),
    ];
    // A number of 4 bytes, a time of 7, a text, and a NULL, which is bit 5.
    const head = [
      mysqlMessage(1, Buffer.from([4])),
      ...[3, 12, 0xfd, 8].map((type, index) => mysqlMessage(2 + index, columnBody(`c${index}`, type))),
      mysqlMessage(6, eofBody),
    ];
    const row = (...bytes: number[]) => mysqlMessage(7, Buffer.from([0, 0b100000, ...bytes]));
    const whole = row(1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 2, 104, 105);

    function takeAfter(command: number, ...messages: readonly Buffer[]): number {
      const framing = new MysqlFraming('load', () => false);
      let count = 0;
      framing.take(login);
      framing.asks(command);
      framing.take(Buffer.concat(messages), () => {
        count += 1;
      });
      return count;
    }

    it('reads a prepared statement, and rows of it', () => {
      expect(takeAfter(0x16, ...prepared)).toBe(6);
      expect(takeAfter(0x17, ...head, whole, mysqlMessage(8, eofBody))).toBe(8);
      expect(takeAfter(0x0e, mysqlMessage(1, okBody))).toBe(1);
    });

    it('reads a message of 16 MB and what it goes on in', () => {
      const long = Buffer.alloc(0xffffff, 'x');
      const text = [mysqlMessage(1, Buffer.from([1])), mysqlMessage(2, columnBody('a')), mysqlMessage(3, eofBody)];
      expect(
        takeAfter(0x03, ...text, mysqlMessage(4, long), mysqlMessage(5, Buffer.from('x')), mysqlMessage(6, eofBody)),
      ).toBe(6);
    });

    it.each([
      {
        what: 'more definitions than announced',
        command: 0x16,
        messages: [...prepared.slice(0, 3), mysqlMessage(4, columnBody('?'))],
      },
      {
        what: 'a prepared statement that ends early',
        command: 0x16,
        messages: [mysqlMessage(1, Buffer.from([0, 1, 0]))],
      },
      { what: 'a row that ends early', command: 0x17, messages: [...head, row(1, 0, 0)] },
      {
        what: 'a row with something behind it',
        command: 0x17,
        messages: [...head, mysqlMessage(7, Buffer.concat([whole.subarray(4), Buffer.from([1])]))],
      },
      { what: 'a time that is none', command: 0x17, messages: [...head, row(1, 0, 0, 0, 13, ...Array(13).fill(0), 0)] },
      {
        what: 'a row in plain text where none is asked for',
        command: 0x17,
        messages: [...head, mysqlMessage(7, packed('x'))],
      },
    ])('refuses $what', ({ command, messages }) => {
      expect(() => takeAfter(command, ...messages)).toThrow(expect.objectContaining({ name: 'FrameFault' }));
    });
  });

  it('takes columns with the additional metadata of MariaDB', () => {
    const column = columnBody('a');
    const extended = Buffer.concat([column.subarray(0, -13), packed('\0\x04uuid'), column.subarray(-13)]);
    const bytes = Buffer.concat([login, mysqlMessage(1, Buffer.from([1])), mysqlMessage(2, extended)]);
    expect(take(bytes, true)).toHaveLength(4);
  });
});
