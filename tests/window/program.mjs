// The program's window, driven through WebKitWebDriver as a user sees it: by labels and names.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import webdriver from "selenium-webdriver";
import { commandLine, family } from "./memory.mjs";

const { Builder, By, Capabilities, until } = webdriver;
const PATIENCE = 60_000;
/** Linux cuts the name of a process at 15 bytes. */
const PROCESS_NAME = "tongguan-desktop".slice(0, 15);

/** Opens `binary` with its state in `state`; `errors` collects what it writes to standard error. */
export async function openProgram({ binary, state, environment, artifacts }) {
  const port = await freePort();
  const env = {
    ...process.env,
    ...environment,
    TAURI_WEBVIEW_AUTOMATION: "true",
    TONGGUAN_STATE: state,
  };
  const errors = [];
  const server = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: ["ignore", "pipe", "pipe"] });
  server.stdout.on("data", (bytes) => errors.push(bytes));
  server.stderr.on("data", (bytes) => errors.push(bytes));
  await listening(server, port);
  const wishes = new Capabilities({ "webkitgtk:browserOptions": { binary, args: [] } });
  wishes.setBrowserName("wry");
  const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(wishes).build();
  mkdirSync(artifacts, { recursive: true });
  return new Program(driver, server, errors, artifacts);
}

class Program {
  #driver;
  #server;
  #errors;
  #artifacts;
  #ended;

  constructor(driver, server, errors, artifacts) {
    this.#driver = driver;
    this.#server = server;
    this.#errors = errors;
    this.#artifacts = artifacts;
    this.#ended = once(server, "close");
  }

  /** The program's own process, those that hold a vendor's library, and the web view's; each `{pid, name}`. */
  processes() {
    const all = family(this.#server.pid);
    const own = all.find(({ name }) => name === PROCESS_NAME);
    const workers = family(own?.pid).filter(({ pid }) => commandLine(pid).includes("--library-worker"));
    return { own, workers, web: all.filter(({ name }) => name?.startsWith("WebKit") && name !== "WebKitWebDriver") };
  }

  /** All that the program wrote to its log so far. */
  log() {
    return Buffer.concat(this.#errors).toString("utf8");
  }

  find(xpath) {
    return this.#driver.wait(until.elementLocated(By.xpath(xpath)), PATIENCE, xpath);
  }

  async isThere(xpath) {
    return (await this.#driver.findElements(By.xpath(xpath))).length > 0;
  }

  field(label) {
    return this.find(`//input[@id=//label[normalize-space(.)="${label}"]/@for]`);
  }

  button(name) {
    return this.find(`//button[normalize-space(.)="${name}" or @aria-label="${name}"]`);
  }

  heading(name) {
    return this.find(`//h1[normalize-space(.)="${name}"]`);
  }

  text(part) {
    return this.find(`//*[text()[contains(., "${part}")]]`);
  }

  /** The text as the page holds it, not as it lays it out: the statement is compared to the letter. */
  async contentOf(xpath) {
    return this.#driver.executeScript("return arguments[0].textContent", await this.find(xpath));
  }

  async fill(label, value) {
    const field = await this.field(label);
    await field.clear();
    await field.sendKeys(value);
  }

  async press(name) {
    await (await this.button(name)).click();
  }

  /** Clicks what is there once, whatever it is: for what has more to its name than is told here. */
  async click(xpath) {
    await (await this.find(xpath)).click();
  }

  async scrollTo(xpath) {
    await this.#driver.executeScript("arguments[0].scrollIntoView()", await this.find(xpath));
  }

  /** What a list of facts says of a term. */
  async fact(term) {
    return (await this.find(`//dt[normalize-space(.)="${term}"]/following-sibling::dd`)).getText();
  }

  async picture(name) {
    // Two frames: what the page holds now is painted then.
    await this.#driver.executeAsyncScript("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))");
    const png = await this.#driver.takeScreenshot();
    writeFileSync(join(this.#artifacts, `${name}.png`), Buffer.from(png, "base64"));
  }

  /** The same screen in both languages. */
  async pictures(name) {
    await this.picture(`${name}-zh`);
    await this.press("English");
    await this.picture(`${name}-en`);
    await this.press("中文");
  }

  /** Runs `source` as a script of the page; gives what it returns. */
  run(source, ...values) {
    return this.#driver.executeScript(source, ...values);
  }

  /** Returns when the program is gone, which holds the standard error of the driver open. */
  async close() {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const { own } = this.processes();
    await this.#driver.quit();
    this.#server.kill();
    // The driver kills the program once it has answered, unless it is itself gone by then.
    if (own) killed(own.pid);
    await this.#ended;
  }
}

function killed(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone already
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** WebKitWebDriver says nothing when it is ready; its status tells. */
async function listening(server, port) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end && server.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((again) => setImmediate(again));
  }
  throw new Error("WebKitWebDriver did not start");
}
