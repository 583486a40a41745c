// The stage (readers, cards, portal) as a process that tests talk to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Starts `tongguan-sandbox stage` with its state in `folder`; a program in `programState` knows its banks. Ready when this resolves. */
export async function startStage(binary, folder, programState) {
  const arguments_ = ["stage", "--no-ui", "--state", folder, "--program-state", programState];
  const process = spawn(binary, arguments_, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(process, "exit").then(([code]) => {
    throw new Error(`the stage ended with ${code} before it was ready`);
  });
  const lines = createInterface({ input: process.stdout });
  const [line] = await Promise.race([once(lines, "line"), ended]);
  ended.catch(() => {}); // from here on it ends when it is told to
  return new Stage(process, JSON.parse(line));
}

class Stage {
  #process;

  constructor(process, ready) {
    this.#process = process;
    Object.assign(this, ready);
  }

  /** What the stage's control takes, for example `insert {slot, card}` or `plug {ukey, through}`; done when this resolves. */
  async act(name, wish = {}) {
    const headers = { "content-type": "application/json", "x-tongguan-token": this.token };
    const answer = await fetch(`${this.control}/${name}`, { method: "POST", headers, body: JSON.stringify(wish) });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  }

  /** What a person would read from the captcha of this name. */
  async captchaAnswer(id) {
    const answer = await fetch(`${this.control}/captcha/${id}`, { headers: { "x-tongguan-token": this.token } });
    if (!answer.ok) throw new Error(`captcha: ${answer.status}`);
    return (await answer.json()).answer;
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "exit");
  }
}
