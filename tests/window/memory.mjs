// Looks for a byte string in the memory of a process: /proc/PID/maps names the regions, /proc/PID/mem
// holds them, /proc/PID/pagemap tells which pages are there at all (proc(5)): a web view reserves tens of
// gigabytes that it never touches. Needs the right to trace the process.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

const CHUNK = 4 << 20;

const PAGE = 4096;
/** No needle is longer. */
const OVERLAP = 256;

/** Where `needle` (a string; searched as UTF-8 and UTF-16LE) stands in process `pid`, with the region's name. */
export function findInMemory(pid, needle) {
  const forms = [Buffer.from(needle, "utf8"), Buffer.from(needle, "utf16le")];
  return withMemory(pid, (memory, pages) =>
    readableRegions(pid).flatMap((region) => findInRegion(memory, pages, region, forms)),
  );
}

/** What `pattern` (global) matches in the memory of process `pid` that is no file's, each once. */
export function matchesInMemory(pid, pattern) {
  const inRun = (memory, run) =>
    read(memory, run.start, run.end - run.start)
      .toString("latin1")
      .match(pattern) ?? [];
  const all = withMemory(pid, (memory, pages) =>
    readableRegions(pid)
      .filter(({ name }) => !name.startsWith("/"))
      .flatMap((region) => touchedRuns(pages, region).flatMap((run) => inRun(memory, run))),
  );
  return [...new Set(all)];
}

/** Bytes that are there to be read: a search over nothing proves nothing. */
export function touchedBytes(pid) {
  const bytes = (region, pages) => touchedRuns(pages, region).reduce((sum, run) => sum + run.end - run.start, 0);
  return withMemory(pid, (_, pages) => readableRegions(pid).reduce((sum, region) => sum + bytes(region, pages), 0));
}

function withMemory(pid, act) {
  const files = ["mem", "pagemap"].map((name) => openSync(`/proc/${pid}/${name}`, "r"));
  try {
    return act(...files);
  } finally {
    files.forEach((file) => closeSync(file));
  }
}

/** Runs of pages in memory (bit 63) or swapped out (bit 62), each of one chunk at most. */
function touchedRuns(pages, region) {
  const runs = [];
  for (let start = region.start; start < region.end; start += CHUNK) {
    const entries = Buffer.alloc((Math.min(CHUNK, region.end - start) / PAGE) * 8);
    const length = readSync(pages, entries, 0, entries.length, (start / PAGE) * 8);
    let run;
    for (let at = 0; at < length; at += 8) {
      if ((entries[at + 7] & 0xc0) === 0) {
        run = undefined;
        continue;
      }
      const page = start + (at / 8) * PAGE;
      if (run) run.end = page + PAGE;
      else runs.push((run = { start: page, end: page + PAGE }));
    }
  }
  return runs;
}

/** The process and everything that it started, by parent process id. */
export function family(pid) {
  const children = new Map();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = statOf(entry);
    if (stat)
      children.set(stat.parent, [...(children.get(stat.parent) ?? []), { pid: Number(entry), name: stat.name }]);
  }
  const below = (id) => (children.get(id) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return [{ pid, name: statOf(pid)?.name }, ...below(pid)];
}

/** Whether the process has a file of that path mapped. */
export function hasLoaded(pid, path) {
  return readFileSync(`/proc/${pid}/maps`, "utf8").includes(path);
}

/** The arguments that a process was started with; none if it has ended. */
export function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    return { name, parent: Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]) };
  } catch {
    return undefined; // ended meanwhile
  }
}

function readableRegions(pid) {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n");
  return lines
    .map(parseRegion)
    .filter((region) => region.readable && !/^(\/dev\/|\[vvar|\[vsyscall)/.test(region.name));
}

function parseRegion(line) {
  const [range, permissions, , , , ...name] = line.split(/\s+/);
  const [start, end] = range.split("-").map((hex) => Number.parseInt(hex, 16));
  return { start, end, readable: permissions.startsWith("r"), name: name.join(" ") };
}

function findInRegion(memory, pages, region, forms) {
  const found = [];
  let before = { end: 0, tail: Buffer.alloc(0) };
  for (const run of touchedRuns(pages, region)) {
    const bytes = read(memory, run.start, run.end - run.start);
    // What lies across two runs that touch is found too.
    const whole = before.end === run.start ? Buffer.concat([before.tail, bytes]) : bytes;
    for (const form of forms) {
      if (whole.includes(form)) found.push({ near: run.start.toString(16), region: region.name || "anonymous" });
    }
    before = { end: run.end, tail: Buffer.from(bytes.subarray(-OVERLAP)) };
  }
  return found;
}

function read(memory, start, length) {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(memory, bytes, 0, length, start));
  } catch {
    return bytes.subarray(0, 0); // gone meanwhile
  }
}
