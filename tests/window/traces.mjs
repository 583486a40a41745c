// What a program left on disk, and what it should have left nowhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { filesBelow } from "./journey.mjs";
import { matchesInMemory } from "./memory.mjs";

/** As files hold a text: UTF-8, the UTF-16LE of a web view's storage, and JSON that keeps to ASCII. */
function forms(text) {
  const escaped = text.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le"), Buffer.from(escaped, "utf8")];
}

/** Where in `folder`, or in the name of a file there, one of `needles` (name to text) stands. */
export function tracesIn(folder, needles) {
  return filesBelow(folder).flatMap((file) =>
    tracesOf(file, Buffer.concat([Buffer.from(file), readFileSync(file)]), needles),
  );
}

/** What of `needles` stands in anything that the programs of a journey wrote: state, home, keyring and log. */
export function leftBehind({ state, home, keyring }, log, needles) {
  assert.ok(log.length > 10_000, "the programs wrote a log");
  const places = [state, home, keyring].flatMap((place) => tracesIn(place, needles));
  return [...places, ...tracesOf("the log", Buffer.from(log, "utf8"), needles)];
}

function tracesOf(place, bytes, needles) {
  const there = Object.entries(needles).filter(([, text]) => forms(text).some((form) => bytes.includes(form)));
  return there.map(([name]) => `${name} in ${place}`);
}

/** The token of the session that the program is in: what the portal takes of all that looks like one in its memory. */
export async function tokenOf({ stage, program }) {
  const alike = matchesInMemory(program.processes().own.pid, /[0-9a-f]{64,}/g).filter(({ length }) => length === 64);
  const alive = await Promise.all(alike.map((token) => stage.isAlive(token)));
  const found = alike.filter((_, index) => alive[index]);
  assert.equal(found.length, 1, "one token is in use");
  return found[0];
}
