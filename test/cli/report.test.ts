import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/base/io.ts';
import { addFlags, optionReader } from '../../src/cli/options.ts';
import { htmlOutputFlags, reportWriter } from '../../src/cli/output.ts';
import { reserveOutput } from '../../src/cli/reserve.ts';
import type { ProbeResult } from '../../src/probe/result.ts';
import { known } from '../helpers/known.ts';
import { probeDocument, probeResult, probeRun } from '../helpers/probe-result.ts';
import { poolctl } from '../helpers/run.ts';

const root = mkdtempSync(join(tmpdir(), 'poolctl-report-'));
let cwd = root;
let count = 0;
beforeEach(() => {
  cwd = join(root, String(count++));
  mkdirSync(cwd);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
/** The same probe an hour later. */
const later = (result: ProbeResult): ProbeResult => {
  const { metadata } = result;
  const startedAt = new Date(Date.parse(metadata.startedAt) + 3_600_000).toISOString();
  return { ...result, metadata: { ...metadata, startedAt } };
};
const warning = { code: 'NOT_ENCRYPTED', message: 'Not encrypted.', hint: 'Add ?sslmode=require.' };

describe('report of one file', () => {
  beforeEach(() => put('a.json', probeDocument(probeResult(), [warning])));

  it('shows it as probe did, warnings too', async () => {
    const { stdout, exitCode } = await poolctl('report a.json', { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^connectionLimit 16 {3}queueLimit 9 {3}acquireTimeout 30000 ms\n✓ 16 connections serve 200\/s: p99 wait/,
    );
    expect(stdout).toContain('! Not encrypted.');
  });

  it('writes the document again as JSON, which reads the same', async () => {
    const { stdout } = await poolctl('report a.json --json', { cwd });
    expect(JSON.parse(stdout).result).toEqual(JSON.parse(read('a.json')).result);
    put('b.json', stdout);
    expect((await poolctl('report b.json', { cwd })).stdout).toBe((await poolctl('report a.json', { cwd })).stdout);
  });

  it('shows a document of the first schema, and writes it as the second', async () => {
    const first = read('a.json')
      .replace('poolctl.probe/3', 'poolctl.probe/1')
      .replaceAll('"histogramsUs"', '"histograms"');
    put('old.json', first);
    expect((await poolctl('report old.json', { cwd })).stdout).toBe((await poolctl('report a.json', { cwd })).stdout);
    const again = JSON.parse((await poolctl('report old.json --json', { cwd })).stdout);
    expect(again.schema).toBe('poolctl.probe/3');
    expect(again.result).toEqual(JSON.parse(read('a.json')).result);
  });

  it.each(['report a.json -o page.html', 'report a.json --format html -o page.txt'])('%s writes HTML', async (line) => {
    const { stdout, exitCode } = await poolctl(line, { cwd });
    expect([stdout, exitCode]).toEqual(['', 0]);
    expect(read(line.endsWith('.html') ? 'page.html' : 'page.txt')).toMatch(/^<!doctype html>/);
  });

  it('takes --json and --format over the ending of the file', async () => {
    await poolctl('report a.json --json -o page.html', { cwd });
    expect(JSON.parse(read('page.html')).schema).toBe('poolctl.probe/3');
    await poolctl('report a.json --format markdown -o page.html', { cwd });
    expect(read('page.html')).toMatch(/^\*\*connectionLimit 16/);
  });
});

describe('report of two files', () => {
  it('compares them, in every format', async () => {
    put('a.json', probeDocument(probeResult('load', { runs: [probeRun({}, { waitMs: 40 })] })));
    put('b.json', probeDocument(probeResult('load')));
    expect((await poolctl('report a.json b.json', { cwd })).stdout).toMatch(
      /^b\.json waits less: mean 2\.25 ms against 22\.5 ms, p99 28\.8 ms against 288 ms\n✓ mean wait −20\.3 ms/,
    );
    const { schema, result } = JSON.parse((await poolctl('report a.json b.json --json', { cwd })).stdout);
    expect([schema, result.comparable]).toEqual(['poolctl.report/1', true]);
    expect((await poolctl('report a.json b.json --format markdown', { cwd })).stdout).toContain('### Figures');
    expect((await poolctl('report a.json b.json --format html', { cwd })).stdout).toMatch(/^<!doctype html>/);
  });

  it('merges them with --merge into a document that report and size take', async () => {
    put('a.json', probeDocument(probeResult('load')));
    put('b.json', probeDocument(later(probeResult('load'))));
    await poolctl('report a.json b.json --merge --json -o week.json', { cwd });
    expect(JSON.parse(read('week.json')).result.runs[0]).toMatchObject({ label: '200/s, 2 runs', requests: 12_006 });
    expect((await poolctl('report week.json', { cwd })).exitCode).toBe(0);
    expect((await poolctl('size --from week.json', { cwd })).exitCode).toBe(0);
  });
});

describe('a probe for several instances', () => {
  const instances = 3;
  const forThree = (mode: 'ramp' | 'load') => {
    const { load, recommendation } = probeResult(mode);
    return {
      load: { ...load, instances },
      ...(recommendation && { recommendation: { ...recommendation, instances } }),
    };
  };

  it('says in report that the settings are for each, and size takes their number', async () => {
    put('a.json', probeDocument(probeResult('ramp', forThree('ramp'))));
    const { stdout } = await poolctl('report a.json', { cwd });
    expect(stdout).toMatch(/^connectionLimit 16 .* 30000 ms {3}in each of 3 instances\n/);
    expect((await poolctl('report a.json --format html', { cwd })).stdout).toContain('3, of which this was one');
    const sized = async (line: string) => JSON.parse((await poolctl(`${line} --json`, { cwd })).stdout).result.load;
    expect(await sized('size --from a.json')).toMatchObject({
      instanceArrivalRatePerSecond: 200,
      fleetArrivalRatePerSecond: 600,
    });
    expect(await sized('size --from a.json --instances 2')).toMatchObject({ fleetArrivalRatePerSecond: 400 });
  });

  it('keeps their number when it is merged, and is not merged with one for another number', async () => {
    put('a.json', probeDocument(probeResult('load', forThree('load'))));
    put('b.json', probeDocument(later(probeResult('load', forThree('load')))));
    put('one.json', probeDocument(probeResult('load')));
    const merged = await poolctl('report a.json b.json --merge --json', { cwd });
    expect(JSON.parse(merged.stdout).result.load).toMatchObject({ instances });
    expect((await poolctl('report a.json one.json --merge', { cwd })).stderr).toContain(
      'instances is 3 in a.json and 1 in one.json',
    );
  });
});

describe('report refuses', () => {
  beforeEach(() => {
    put('a.json', probeDocument(probeResult('load')));
    put(
      'other.json',
      probeDocument(probeResult('load', { load: { tps: 300, arrivals: 'paced', seed: 1, threads: 1 } })),
    );
    const broken = JSON.parse(probeDocument(probeResult('load')));
    broken.result.runs[0].histogramsUs.wait = 'HISTFAAAAA==';
    put('broken.json', JSON.stringify(broken));
    put('size.json', '{"schema": "poolctl.size/1"}');
  });

  it.each([
    ['report', 'USAGE', "missing required argument 'files'"],
    ['report nowhere.json', 'INPUT_UNREADABLE', 'nowhere.json'],
    ['report size.json', 'INPUT_INVALID', 'size.json: this is not a probe: schema is not what it should be.'],
    [
      'report broken.json',
      'INPUT_INVALID',
      'broken.json: this is not a probe: wait of result.runs.0 is no HdrHistogram.',
    ],
    ['report a.json a.json a.json', 'INPUT_CONTRADICTION', '3 files cannot be compared, only two.'],
    [
      'report a.json other.json --merge',
      'INPUT_CONTRADICTION',
      'arrivals is poisson in a.json and paced in other.json.',
    ],
    ['report a.json --format pdf', 'VALUE_INVALID', '--format "pdf" is not known.'],
    ['size --tps 200 --p95 300 --format html', 'VALUE_INVALID', '--format "html" is not known.'],
    [
      'report a.json -o nowhere/page.html',
      'OUTPUT_UNWRITABLE',
      'Cannot write the result to nowhere/page.html (ENOENT).',
    ],
  ])('%s', async (line, code, message) => {
    const { stderr, stdout } = await poolctl(line, { cwd });
    expect(stderr.toLowerCase()).toContain(`error[${code}]: `.toLowerCase());
    expect(stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(stdout).toBe('');
  });
});

describe('size --from a probe', () => {
  it('sizes by the rate that was wanted and the service times as measured', async () => {
    put('a.json', probeDocument(probeResult()));
    const { stdout, exitCode } = await poolctl('size --from a.json --json', { cwd });
    expect(exitCode).toBe(0);
    const { load } = JSON.parse(stdout).result;
    expect(load).toMatchObject({ holdTimeBasis: 'measured', instanceArrivalRatePerSecond: 200 });
    expect(load.holdTimeMs).toBeCloseTo(known(probeRun().meanServiceMs).value, 0);
    const explained = await poolctl('size --from - --explain', { cwd, stdin: read('a.json') });
    expect(explained.stdout.replace(/\s+/g, ' ')).toContain('--from: probe of 127.0.0.1:5432, orders.sql');
  });

  it('refuses a probe of the transport, and times beside it', async () => {
    const workload = { ...probeResult().workload, name: 'select1', transportOnly: true };
    put('wire.json', probeDocument(probeResult('ramp', { workload })));
    expect((await poolctl('size --from wire.json', { cwd })).stderr).toContain(
      'error[INPUT_MISSING]: wire.json has no load to size a pool by: select1 only shows',
    );
    put('a.json', probeDocument(probeResult()));
    expect((await poolctl('size --from a.json --p95 300', { cwd })).stderr).toContain('error[INPUT_CONTRADICTION]');
  });
});

describe('a reserved output', () => {
  const isRoot = process.getuid?.() === 0;

  it('takes room beside the file, leaves what is in it until the end, and leaves nothing else', () => {
    put('page.html', 'before');
    chmodSync(join(cwd, 'page.html'), 0o640);
    const reserved = reserveOutput('page.html', cwd);
    const [hidden = ''] = readdirSync(cwd).filter((name) => name !== 'page.html');
    expect(statSync(join(cwd, hidden)).size).toBe(2 * 2 ** 20);
    expect(read('page.html')).toBe('before');
    reserved.write('after');
    reserved.release();
    expect(read('page.html')).toBe('after');
    expect(statSync(join(cwd, 'page.html')).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd)).toEqual(['page.html']);
  });

  it('is given back when nothing is written', () => {
    put('page.html', 'before');
    reserveOutput('page.html', cwd).release();
    reserveOutput('new.html', cwd).release();
    expect(readdirSync(cwd)).toEqual(['page.html']);
    expect(read('page.html')).toBe('before');
  });

  it('writes more than was reserved, and through a link to the file behind it', () => {
    put('page.html', 'before');
    symlinkSync('page.html', join(cwd, 'link.html'));
    const text = 'x'.repeat(3 * 2 ** 20);
    reserveOutput('link.html', cwd).write(text);
    expect(read('page.html')).toBe(text);
    expect(existsSync(join(cwd, 'link.html'))).toBe(true);
  });

  it('keeps a pipe open for its reader, and gives it all', () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(() => reserveOutput('pipe', cwd)).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
    const fd = openSync(join(cwd, 'pipe'), 'r+');
    const reserved = reserveOutput('pipe', cwd);
    reserved.write('all of it');
    expect(readOnce(fd)).toBe('all of it');
    reserveOutput('/dev/null', cwd).write('x');
  });

  it.each([
    ['nowhere/page.html', 'ENOENT'],
    ['.', 'EISDIR'],
    ['/dev/full/x', 'ENOTDIR'],
  ])('%s is refused before the work (%s)', (file, reason) => {
    expect(() => reserveOutput(file, cwd)).toThrow(
      expect.objectContaining({
        code: 'OUTPUT_UNWRITABLE',
        message: `Cannot write the result to ${file} (${reason}).`,
      }),
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('that fails after all costs nobody the result: it is printed', async () => {
    const command = new Command();
    addFlags(command, htmlOutputFlags);
    command.parse(['-o', '/dev/full'], { from: 'user' });
    let stdout = '';
    const io = { cwd, env: {}, stdout: { write: (text: string) => (stdout += text) } } as unknown as Io;
    const reserved = reserveOutput('/dev/full', cwd);
    const write = reportWriter(optionReader(command, io), io, { html: true, reserved });
    const report = { schema: 'x/1', result: {}, view: () => ({ headline: 'an hour of work', tables: [] }) };
    await expect(write(report)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: 'Cannot write the result to /dev/full (ENOSPC). It was printed instead.',
      hint: 'Make room on that disk, or name a file on another one.',
    });
    expect(stdout).toContain('an hour of work');
  });

  it.skipIf(isRoot)('in a folder that may not be written is refused', () => {
    chmodSync(cwd, 0o555);
    expect(() => reserveOutput('page.html', cwd)).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
    chmodSync(cwd, 0o755);
  });
});

function readOnce(fd: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString('utf8', 0, readSync(fd, buffer));
}
