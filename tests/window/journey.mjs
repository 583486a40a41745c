// One journey: a stage, the program's window on it, and steps that follow each other.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openProgram } from "./program.mjs";
import { startStage } from "./stage.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const binaries = join(process.env.CARGO_TARGET_DIR ?? resolve(here, "../../target"), "debug");
/** Pictures and figures that are kept. */
export const artifacts = join(here, "artifacts");

/**
 * `desk.stage`, `desk.program` and `desk.state`, the program's folder, are there once the first step runs;
 * `desk.folder` is the journey's own.
 */
export const desk = {};

let surroundings = async ({ stage }) => ({ TONGGUAN_PORTAL: stage.portal });

/** What the program finds around it in this journey, instead of the address of the stage's portal. */
export function surroundedBy(environment) {
  surroundings = environment;
}

/** The program's window as at a start. */
export async function open() {
  desk.program = await openProgram({
    binary: join(binaries, "tongguan-desktop"),
    state: desk.state,
    environment: { ...desk.stage.environment, TONGGUAN_LOG: "trace", ...desk.environment },
    artifacts,
  });
}

before(async () => {
  desk.folder = mkdtempSync(join(tmpdir(), "tongguan-window-"));
  desk.state = join(desk.folder, "state");
  desk.stage = await startStage(join(binaries, "tongguan-sandbox"), join(desk.folder, "stage"), desk.state);
  desk.environment = await surroundings(desk);
  await open();
});

after(async () => {
  await desk.program?.close();
  await desk.stage?.stop();
  await desk.end?.();
  rmSync(desk.folder, { recursive: true, force: true });
});

let broken = false;

/** One step of the journey. After a step that failed the rest fails at once, not by waiting. */
export function step(name, act) {
  test(name, async () => {
    assert.ok(!broken, "an earlier step failed");
    broken = true;
    try {
      await act(desk);
      broken = false;
    } finally {
      if (broken) await desk.program?.picture("failed");
    }
  });
}

/** Companies and people of the stage's world, with everything that a check asks for. */
export function people() {
  const world = ["world", "--json", "--state", join(desk.folder, "stage")];
  return JSON.parse(execFileSync(join(binaries, "tongguan-sandbox"), world, { encoding: "utf8" }));
}

export async function signIn({ stage, program }) {
  await program.fill("账号", stage.account);
  await program.fill("密码", stage.password);
  const captcha = await program.find("//*[@data-captcha]");
  const label = (await captcha.getTagName()) === "img" ? "验证码" : "验证问题";
  await program.fill(label, await stage.captchaAnswer(await captcha.getAttribute("data-captcha")));
  await program.press("登录平台");
  await program.heading("企业实名认证");
}

export function filesBelow(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
