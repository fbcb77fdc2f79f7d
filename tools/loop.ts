/** `npm start`: the whole loop on a small town, each command as one would type it, with what it is for. */
import { spawnSync } from 'node:child_process';

/** What a command is for, and the command. */
const LOOP = [
  [
    'a town in which 30 people run the real app, against a real server over HTTP; what phones heard goes into a trace',
    'simulate scenarios/town.yaml --agents 8000 --replicates 1 --arms default --real-phones 30 --trace out/town.ndjson',
  ],
  [
    'the rule that tells best who was near for long, by what phones with this framework report',
    'calibrate fit out/town.ndjson --reduce env1 --duration-cap 30 --bootstrap 200 --report out/report.html --out out/fit.json',
  ],
  ['the rule as settings of Immuni', 'calibrate export out/fit.json --target immuni --out out/settings.json'],
  [
    'a server serves them, and real phones warn by them',
    'simulate scenarios/town.yaml --agents 2000 --days 40 --replicates 1 --arms tuned=out/settings.json --real-phones 50',
  ],
  [
    'what both rules do to the town, against the same town without an app',
    'simulate scenarios/town.yaml --arms no-app,default,tuned=out/settings.json --report out/town.html',
  ],
] as const;

process.stdout.write('The whole loop, in five commands: about a minute.\n');
for (const [purpose, command] of LOOP) {
  process.stdout.write(`\n# ${purpose}\n$ enlab ${command}\n\n`);
  const words = ['dist/cli/main.js', ...command.split(' ')];
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

process.stdout.write(`
That was the loop. Open out/report.html (the rule that was tuned, and how sure it is) and out/town.html (what it does to people).
The tuned rule tells best who was near for long; which rule averts most for as few days at home: enlab policy scenarios/town.yaml
`);
