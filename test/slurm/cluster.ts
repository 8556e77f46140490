import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/port.ts';
import { dieWithUs, randomSecret } from '../../src/embedded/sandbox.ts';
import { debianProgram } from '../helpers/servers/apt.ts';

const startPatienceMs = 60_000;
const jobPatienceMs = 180_000;

/** What Slurm says of a job, as `scontrol show job` names it: JobState, ExitCode, Reason. */
export type JobFacts = Readonly<Record<string, string>>;

/**
 * A Slurm of nodes with one processor each, all of them on this machine and on 127.0.0.1, with a munge of its own. Its nodes
 * find `poolctl` on their PATH as `program` has it.
 */
export class SlurmCluster {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #daemons: ChildProcess[] = [];

  /** @throws Unavailable where Debian's packages can be neither found nor installed */
  static async start(nodes: number, program: string): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(program);
    try {
      await cluster.#start(nodes);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private constructor(program: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'poolctl-slurm-'));
    chmodSync(this.folder, 0o755); // munged wants every folder above its socket to be open.
    for (const name of ['bin', 'log', 'munge', 'state']) mkdirSync(join(this.folder, name), { mode: 0o755 });
    writeFileSync(this.#path('bin/poolctl'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
      mode: 0o755,
    });
    const { PATH = '', HOME = '/', LANG } = process.env;
    this.#env = { PATH: `${this.#path('bin')}:${PATH}`, HOME, LANG, SLURM_CONF: this.#path('slurm.conf') };
  }

  /** Hands in a script, in that folder. Answers with the number of the job. */
  async submit(script: string, folder: string): Promise<string> {
    return (await this.#run('sbatch', ['--parsable', script], folder)).trim();
  }

  async cancel(job: string): Promise<void> {
    await this.#run('scancel', [job]);
  }

  /** Waits until it has ended: `sbatch --wait` looks ever more rarely. */
  async ended(job: string): Promise<JobFacts> {
    const deadline = Date.now() + jobPatienceMs;
    while ((await this.#run('squeue', ['-h', '-j', job, '-t', 'PENDING,RUNNING,COMPLETING'])) !== '') {
      if (Date.now() > deadline) throw new Error(`Job ${job} did not end: ${JSON.stringify(await this.facts(job))}`);
      await sleep(200);
    }
    return this.facts(job);
  }

  async facts(job: string): Promise<JobFacts> {
    const line = await this.#run('scontrol', ['-o', 'show', 'job', job]);
    return Object.fromEntries([...line.matchAll(/(\w+)=(\S*)/g)].map(([, name = '', value = '']) => [name, value]));
  }

  /** Cancels what runs, ends the daemons, and removes the folder. */
  async stop(): Promise<void> {
    if (this.#daemons.length > 1) await this.#run('scancel', ['--user', userInfo().username]).catch(() => '');
    // The nodes before munge, without which they could not say goodbye.
    for (const daemon of this.#daemons.splice(0).reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const ended = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      const impatience = setTimeout(() => daemon.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(impatience);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(nodes: number): Promise<void> {
    const packages = ['slurmd', 'slurm-client', 'munge'];
    const slurmctld = await debianProgram('slurmctld', 'slurmctld', packages);
    const [slurmd, munged] = [await debianProgram('slurmd', 'slurmd'), await debianProgram('munged', 'munge')];
    await debianProgram('sbatch', 'slurm-client');
    const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
    await this.#configure(names);
    writeFileSync(this.#path('munge/key'), randomSecret(128), { mode: 0o400 });
    const mungeFiles = { 'key-file': 'key', socket: 'sock', 'pid-file': 'pid', 'seed-file': 'seed', 'log-file': 'log' };
    const flags = Object.entries(mungeFiles).map(([flag, file]) => `--${flag}=${this.#path(`munge/${file}`)}`);
    this.#spawn(munged, ['--foreground', '--force', ...flags]);
    this.#spawn(slurmctld, ['-D', '-f', this.#path('slurm.conf')]);
    for (const name of names) {
      mkdirSync(this.#path(`spool-${name}`));
      this.#spawn(slurmd, ['-D', '-f', this.#path('slurm.conf'), '-N', name]);
    }
    const deadline = Date.now() + startPatienceMs;
    for (;;) {
      const states = await this.#run('sinfo', ['-h', '-N', '-o', '%T']).catch(() => '');
      if (states.split('\n').filter((state) => state === 'idle').length === nodes) return;
      if (Date.now() > deadline || this.#daemons.some(({ exitCode }) => exitCode !== null)) {
        throw new Error(`Slurm did not come up: ${states}\n${this.#lastLines()}`);
      }
      await sleep(100);
    }
  }

  async #configure(names: readonly string[]): Promise<void> {
    const host = hostname().split('.')[0];
    const user = userInfo().username;
    const settings = {
      ClusterName: 'poolctl',
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmctldPort: await freePort(),
      SlurmUser: user,
      SlurmdUser: user,
      AuthType: 'auth/munge',
      AuthInfo: `socket=${this.#path('munge/sock')}`,
      CredType: 'cred/munge',
      MpiDefault: 'none',
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU',
      // Without it the daemons listen on every address of the machine.
      CommunicationParameters: 'NoInAddrAny,NoCtldInAddrAny',
      ReturnToService: 2,
      SlurmctldPidFile: this.#path('slurmctld.pid'),
      SlurmdPidFile: this.#path('slurmd-%n.pid'),
      SlurmdSpoolDir: this.#path('spool-%n'),
      StateSaveLocation: this.#path('state'),
      SlurmctldLogFile: this.#path('log/slurmctld.log'),
      SlurmdLogFile: this.#path('log/slurmd-%n.log'),
      // The nodes have as many processors as this file says, whatever the machine has.
      SlurmdParameters: 'config_overrides',
      AccountingStorageType: 'accounting_storage/none',
      JobAcctGatherType: 'jobacct_gather/none',
      KillWait: 20,
      MessageTimeout: 60,
      SchedulerParameters: 'sched_interval=1,bf_interval=1',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    for (const name of names) {
      lines.push(
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${await freePort()} CPUs=1 State=UNKNOWN`,
      );
    }
    lines.push('PartitionName=probe Nodes=ALL Default=YES MaxTime=60 State=UP', '');
    writeFileSync(this.#path('slurm.conf'), lines.join('\n'));
    // Without it slurmd ends where no file system of cgroups is mounted.
    writeFileSync(this.#path('cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #spawn(command: string, args: readonly string[]): void {
    const log = openSync(this.#path('log/daemons.log'), 'a');
    // Detached: Ctrl-C in a terminal must not reach it before its jobs have been cancelled.
    const options = { env: this.#env, cwd: this.folder, detached: true, stdio: ['ignore', log, log] } as const;
    this.#daemons.push(spawn(...dieWithUs('SIGTERM', command, args), { ...options, stdio: [...options.stdio] }));
  }

  async #run(command: string, args: readonly string[], cwd = this.folder): Promise<string> {
    const { stdout } = await promisify(execFile)(command, args, { env: this.#env, cwd, timeout: startPatienceMs });
    return stdout;
  }

  #lastLines(): string {
    return readFileSync(this.#path('log/daemons.log'), 'utf8').split('\n').slice(-20).join('\n');
  }
}
