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

  /** The code that the world's page shows in the newest message to `to`. */
  async codeSentTo(to) {
    const page = await this.#worldPage("", to);
    const [, code] = page.match(/class="code">(\d{6})</) ?? [];
    if (!code) throw new Error(`no message to ${to} on the world's page`);
    return code;
  }

  /** The company register knows the company by another name from now on. */
  async renameAtRegister(uscc, name, legal_representative) {
    const page = await this.#worldPage("company", uscc);
    const [, token] = page.match(/name="token" value="([^"]+)"/) ?? [];
    const body = new URLSearchParams({ token, uscc, name, legal_representative });
    const answer = await fetch(`${this.world}/company`, { method: "POST", body });
    if (!answer.ok) throw new Error(`the register's page: ${answer.status}`);
  }

  async #worldPage(register, find) {
    const answer = await fetch(`${this.world}/${register}?${new URLSearchParams({ find })}`);
    if (!answer.ok) throw new Error(`the world's page: ${answer.status}`);
    return answer.text();
  }

  /** The same account signs in on another machine; gives that session's token. */
  async signInElsewhere() {
    const post = (path, body) => {
      const headers = { "content-type": "application/json" };
      return fetch(`${this.portal}/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    };
    const { id } = await (await post("captchas", { kind: "question" })).json();
    const captcha = { id, answer: await this.captchaAnswer(id) };
    const answer = await post("sessions", { account: this.account, password: this.password, captcha });
    if (!answer.ok) throw new Error(`sign-in elsewhere: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).token;
  }

  /** Whether a session with this token goes on at the portal. */
  async isAlive(token) {
    const answer = await fetch(`${this.portal}/v1/profile`, { headers: { authorization: `Bearer ${token}` } });
    return answer.ok;
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "exit");
  }
}
