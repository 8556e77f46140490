// Makes dist/man/poolctl.1 and dist/completions/ from the tables that help and completion read, so that neither can be out of date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const io = { env: {}, cwd: '/', stdout: { write() {} }, stderr: { write() {} } };

/** Call it on the compiled files, before they are put into bundles. */
export async function writeManual(dist) {
  const { buildProgram } = await import('../dist/main.js');
  const { commands } = await import('../dist/commands/index.js');
  const { exitCodes } = await import('../dist/base/errors.js');
  const { packageVersion } = await import('../dist/base/version.js');
  const program = buildProgram(io, () => {});
  const found = [];
  for (const { name, load } of commands) {
    const command = program.commands.find((one) => one.name() === name);
    (await load()).configure(command, { io, answer() {}, commands });
    found.push(command);
  }
  mkdirSync(join(dist, 'man'), { recursive: true });
  writeFileSync(join(dist, 'man/poolctl.1'), manPage(found, program.description(), exitCodes, packageVersion()));
  await writeCompletions(dist, buildProgram);
}

async function writeCompletions(dist, buildProgram) {
  mkdirSync(join(dist, 'completions'), { recursive: true });
  for (const [shell, file] of Object.entries({ bash: 'poolctl.bash', zsh: '_poolctl', fish: 'poolctl.fish' })) {
    const own = { ...io, stdout: { write: (text) => writeFileSync(join(dist, 'completions', file), text) } };
    await buildProgram(own, () => {}).parseAsync(['completion', shell], { from: 'user' });
  }
}

function manPage(commands, description, exitCodes, version) {
  return [
    `.TH POOLCTL 1 "" "poolctl ${version}" "User Commands"`,
    '.SH NAME',
    roff('poolctl - size database connection pools from measured load'),
    '.SH SYNOPSIS',
    '.B poolctl',
    '.I command',
    '[\\fIflags\\fR]',
    '.SH DESCRIPTION',
    roff(description),
    '.PP',
    roff('The answer is on standard output; progress, remarks and errors are on standard error.'),
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH EXIT STATUS',
    ...Object.entries(exitCodes).flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.SH ENVIRONMENT',
    roff(
      'Every flag that takes a value is also a variable: POOLCTL_HEADROOM=30% for --headroom 30%. DATABASE_URL is the server of a command that is given no DSN.',
    ),
    '.SH FILES',
    '.TP',
    '.I poolctl.yaml',
    roff('Settings of the project.'),
    '.SH SEE ALSO',
    roff('poolctl explain lists the terms, errors, warnings and rules that it explains.'),
    '',
  ].join('\n');
}

function section(command) {
  const groups = new Map();
  for (const option of command.options) {
    const group = option.helpGroupHeading ?? 'Options:';
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return [
    `.SS "poolctl ${command.name()} ${quoted(command.usage())}"`,
    roff(`${upper(command.summary())}.`),
    ...command.registeredArguments.flatMap((argument) => [
      '.TP',
      `.I ${roff(argument.name())}`,
      roff(argument.description || argument.name()),
    ]),
    ...[...groups].flatMap(([group, options]) => [
      '.PP',
      `\\fB${roff(group)}\\fR`,
      ...options.flatMap(({ flags, description }) => ['.TP', `\\fB${roff(flags)}\\fR`, roff(description)]),
    ]),
    ...behindFlags(command),
  ];
}

/** The remark and the examples of a command. */
function behindFlags(command) {
  let all = '';
  command.configureOutput({ writeOut: (text) => (all += text) });
  command.outputHelp();
  const own = all.slice(command.helpInformation().length).trim();
  const at = own.indexOf('Examples:');
  const remark = at < 0 ? own : own.slice(0, at).trim();
  const examples = at < 0 ? [] : own.slice(at).split('\n').slice(1);
  return [
    ...(remark === '' ? [] : ['.PP', roff(remark.replace(/\s*\n\s*/g, ' '))]),
    ...(examples.length === 0 ? [] : ['.PP', '\\fBExamples:\\fR', '.PP', '.nf', ...examples.map(roff), '.fi']),
  ];
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const quoted = (text) => roff(text).replaceAll('"', '\\(dq');

/** Text that roff takes as it stands: ASCII, hyphens that can be copied, no request at the start of a line. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/[^\x20-\x7e\n]/gu, (sign) => `\\[u${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}
