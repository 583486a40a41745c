// The broker's job in the real window: the company certifies with an SM2 card behind a real pcscd.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { artifacts, filesBelow, signIn, step } from "./journey.mjs";
import { findInMemory, touchedBytes } from "./memory.mjs";

const CARD = "haihe-operator-sm2";
const STATEMENT = "//*[@data-statement]";

step("the window shows the built-in page", async ({ program }) => {
  await program.press("中文");
  await program.heading("登录");
  assert.equal(await program.run("return location.origin"), "tauri://localhost");
});

step("the page can call the core and nothing of the system", async ({ program }) => {
  const refused = await program.run(
    `const tries = ["plugin:window|close", "plugin:webview|create_webview_window", "plugin:path|resolve_directory", "plugin:event|emit"];
     return Promise.all(tries.map((name) => window.__TAURI_INTERNALS__.invoke(name, {}).then(() => name + " passed", (reason) => String(reason))));`,
  );
  for (const answer of refused) assert.match(answer, /not allowed/, answer);
});

step("the broker signs in and sees the certification centre", async ({ stage, program }) => {
  await program.picture("1-sign-in");
  await signIn({ stage, program });
  await program.text("没有插卡");
  await program.picture("2-centre-without-card");
});

step("a card appears by itself, and whose it is", async ({ stage, program }) => {
  await stage.act("insert", { slot: 0, card: CARD });
  await program.text("已插入本企业的操作员卡");
  await program.picture("3-centre-with-card");
  await program.press("用 IC 卡认证");
  await program.text("组织机构代码与账号一致");
  await program.picture("4-choose");
});

step("the statement is shown word for word, and the card signs it", async ({ stage, program }) => {
  await program.press("下一步: 核对声明");
  await program.field("卡密码");
  const statement = await program.contentOf(STATEMENT);
  assert.ok(statement.includes(`Audience: ${stage.portal}`), statement);
  assert.ok(statement.includes(`Account: ${stage.account}`), statement);
  await program.picture("5-consent");
  await program.fill("卡密码", stage.cards[CARD].pin);
  await program.press("签署声明");
  await program.heading("IC 认证成功!");
  assert.equal(await program.contentOf(STATEMENT), statement);
  await program.text("低 → 高");
  await program.picture("6-done");
});

step("the signed statement is kept as a file on the user's wish", async ({ program, state }) => {
  await program.press("保存凭证");
  await program.text("已保存到");
  const kept = readdirSync(join(state, "statements"));
  assert.equal(kept.filter((name) => name.endsWith(".p7s")).length, 1, String(kept));
});

step("the journal shows the signature and its acceptance", async ({ program }) => {
  await program.press("查看记录");
  await program.heading("签名记录");
  await program.text("卡片已签署");
  await program.text("平台已接受");
  await program.press("核验整条链");
  await program.text("链完好: 2 条记录");
  await program.picture("7-journal");
});

step("the PIN is in no memory of our own process, no log and no file", ({ stage, program, state }) => {
  const pin = stage.cards[CARD].pin;
  const { own, web } = program.processes();
  assert.ok(touchedBytes(own.pid) > 10_000_000, "the memory was read");
  assert.ok(findInMemory(own.pid, stage.account).length > 0, "what is there is found");
  assert.deepEqual(findInMemory(own.pid, pin), []);
  assert.ok(program.log().length > 1000 && !program.log().includes(pin), "the log");
  for (const file of filesBelow(state)) assert.ok(!readFileSync(file).includes(pin), file);
  // The web view is WebKit's: measured and told in SECURITY, not promised.
  const left = web.map(({ pid, name }) => ({ name, copies: findInMemory(pid, pin).length }));
  writeFileSync(join(artifacts, "pin-in-web-view.json"), `${JSON.stringify(left, null, 2)}\n`);
});

step("no other page is loaded", async ({ program }) => {
  await program.run("location.href = 'https://portal.example.cn/'");
  await program.heading("签名记录");
  assert.equal(await program.run("return location.origin"), "tauri://localhost");
  assert.match(program.log(), /navigation refused/);
});
