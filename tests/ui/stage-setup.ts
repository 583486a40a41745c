// Starts the sandbox's stage once for all specs and takes it down again.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const UI = fileURLToPath(new URL('../../ui/dist', import.meta.url));

/** What a desktop may open an address with. */
const LAUNCHERS = ['xdg-open', 'gio', 'gnome-open', 'kde-open6', 'kde-open5', 'kde-open'];

/** Programs that only write down what they are asked to open, or fail if there is a file `broken`: no spec starts a browser. */
function noBrowser(folder: string): void {
  mkdirSync(folder);
  const script = `#!/bin/sh
[ -e '${folder}/broken' ] && exit 3
for address; do :; done
printf '%s\\n' "$address" >>'${folder}/opened'
`;
  for (const name of LAUNCHERS) writeFileSync(path.join(folder, name), script, { mode: 0o755 });
}

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the stage ended with ${code} before it was ready`)));
  });
}

export default async function start(): Promise<() => Promise<void>> {
  const program = process.env['TONGGUAN_SANDBOX_BIN'];
  if (!program) throw new Error('TONGGUAN_SANDBOX_BIN: path of the built tongguan-sandbox');
  const state = mkdtempSync(path.join(tmpdir(), 'tongguan-ui-'));
  const browser = path.join(state, 'browser');
  noBrowser(browser);
  process.env['TONGGUAN_BROWSER'] = browser;
  const stage = spawn(program, ['stage', '--state', state, '--ui', UI], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${browser}:${process.env['PATH']}` },
  });
  process.env['TONGGUAN_STAGE'] = await firstLine(stage);
  const people = path.join(state, 'people.json');
  writeFileSync(people, execFileSync(program, ['world', '--json', '--state', state]));
  process.env['TONGGUAN_PEOPLE'] = people;
  return async () => {
    const ended = new Promise((resolve) => stage.once('exit', resolve));
    stage.stdin.end();
    await ended;
    rmSync(state, { recursive: true, force: true });
  };
}
