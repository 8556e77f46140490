import fc from 'fast-check';

// The gate runs the same cases each time; POOLCTL_FUZZ_SEED=random looks for new ones, a number repeats a run.
const asked = process.env['POOLCTL_FUZZ_SEED'];
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked ?? 20_261_121) });
