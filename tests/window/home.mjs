// A home, a bus and a keyring of the journey's own: whoever runs this has others.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A home for the program of this journey, and a keyring: whatever it writes is found. Gives the environment. */
export async function ownHome(desk) {
  desk.home = join(desk.folder, "home");
  mkdirSync(desk.home, { mode: 0o700 });
  desk.keyring = join(desk.folder, "keyring");
  const keyring = await startKeyring(desk.keyring);
  desk.end = keyring.stop;
  return { ...homeIn(desk.home), ...keyring.environment };
}

function homeIn(folder) {
  const places = ["HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];
  return Object.fromEntries(places.map((name) => [name, folder]));
}

/** Its owner's password: a keyring without one lies open on disk. */
const PASSWORD = "the keyring's own words";

/** A session bus with an open keyring behind it, which keeps its files in `folder`; both end with `stop`. */
async function startKeyring(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const env = { ...process.env, ...homeIn(folder) };
  const bus = spawn("dbus-daemon", ["--session", "--nofork", "--nopidfile", "--print-address=1"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = await once(createInterface({ input: bus.stdout }), "line");
  const environment = { DBUS_SESSION_BUS_ADDRESS: address, TONGGUAN_KEYRING: "" };
  // It goes to the background once it serves, and ends with its bus.
  const keyring = spawn("gnome-keyring-daemon", ["--unlock", "--components=secrets"], {
    env: { ...env, ...environment },
    stdio: ["pipe", "ignore", "inherit"],
  });
  keyring.stdin.end(PASSWORD);
  const [code] = await once(keyring, "exit");
  const stop = async () => {
    bus.kill();
    if (bus.exitCode === null && bus.signalCode === null) await once(bus, "exit");
  };
  if (code === 0) return { environment, stop };
  await stop();
  throw new Error(`gnome-keyring-daemon ended with ${code}`);
}
