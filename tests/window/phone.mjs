// A phone at the other end of a QR code, over the portal's own HTTP: what its pages do, without their looks.
import { createHash, randomUUID } from "node:crypto";

const PART = 256 * 1024;

/** A picture of somebody, as the world draws it: `face`, `front` or `back`. */
export async function pictureOf({ world }, person, side) {
  const answer = await fetch(`${world}/population/${person.document.number}/${side}.jpg`);
  if (!answer.ok) throw new Error(`${side}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

export class Phone {
  #stage;
  #token;
  #id;

  /** Opens what the QR code says. */
  static async scan(stage, address) {
    const phone = new Phone();
    phone.#stage = stage;
    const opened = await phone.#ask("POST", "scans", { ticket: address.split("/t/")[1] });
    phone.#token = opened.token;
    phone.#id = opened.procedure.id;
    return phone;
  }

  async #ask(method, path, body, more = {}) {
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID(), ...more };
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    const content = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await fetch(`${this.#stage.portal}/v1/${path}`, { method, headers, body: content });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  #shown() {
    return this.#ask("GET", `procedures/${this.#id}`);
  }

  async #give(answer) {
    const { version, steps } = await this.#shown();
    const now = steps.find(({ state }) => state === "now").step;
    const match = { "if-match": `"${version}"` };
    return this.#ask("PUT", `procedures/${this.#id}/steps/${now}`, answer, match);
  }

  async fill(values) {
    const { stage } = await this.#shown();
    return this.#give({ kind: "form", values, agreed: stage.notices });
  }

  async confirm() {
    const { stage } = await this.#shown();
    return this.#give({ kind: "confirm", agreed: stage.notices });
  }

  /** The camera sees this person, who does what is asked for. */
  async face(person) {
    await this.send("face", await pictureOf(this.#stage, person, "face"));
    const { stage } = await this.#shown();
    return this.#give({ kind: "face", actions: stage.actions });
  }

  async takeOnlyMatter() {
    const { stage } = await this.#shown();
    return this.#give({ kind: "pending", matter: stage.matters[0].id });
  }

  sign() {
    const stroke = Array.from({ length: 20 }, (_, x) => [100 + 40 * x, 400 + 17 * (x % 3)]);
    return this.#give({ kind: "signature", strokes: [stroke] });
  }

  async send(slot, file) {
    const sha256 = createHash("sha256").update(file).digest("hex");
    const uploads = `procedures/${this.#id}/uploads`;
    const { id } = await this.#ask("POST", uploads, { slot, size: file.length, sha256 });
    for (let offset = 0; offset < file.length; offset += PART) {
      const more = { "upload-offset": String(offset), "content-type": "application/octet-stream" };
      await this.#ask("PATCH", `${uploads}/${id}`, file.subarray(offset, offset + PART), more);
    }
  }
}
