// The accountant's job in the real window: the company certifies with its bank's UKey behind a library
// that the catalogue does not know, and that crashes once.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { artifacts, filesBelow, signIn, step } from "./journey.mjs";
import { findInMemory, hasLoaded, touchedBytes } from "./memory.mjs";

const UKEY = "haihe-ccb-sm2";
/** The same company's, in SoftHSM2. */
const SOFT = "haihe-ccb-rsa";
const STATEMENT = "//*[@data-statement]";
const BANK = '//button[.//b[normalize-space(.)="建设银行"]]';
const OWN = '//details[summary[normalize-space(.)="选择我自己的驱动文件"]]';

/** From a UKey that fits to the end of signing. */
async function sign(program, pin) {
  await program.press("下一步: 核对声明");
  await program.fill("UKey 密码", pin);
  await program.press("签署声明");
}

const passed = (program) => program.heading("认证结果: 已通过企业实名认证!");
const fits = (program) => program.text("组织机构代码与账号一致");
const statements = (state) => filesBelow(join(state, "statements")).filter((name) => name.endsWith(".p7s"));

step("the accountant signs in and chooses the bank", async ({ stage, program }) => {
  // SoftHSM2 reads its tokens when it is loaded.
  await stage.act("plug", { ukey: SOFT, through: "soft_hsm" });
  await program.press("中文");
  await signIn({ stage, program });
  await program.press("用银行 UKey 认证");
  await program.find(BANK);
  await program.pictures("ukey-1-banks");
  await program.click(BANK);
  await program.heading("银行 UKey 认证");
  await program.text("去银行网页办理");
  await program.pictures("ukey-2-drivers");
});

step("a library is shown before it is loaded, and loaded after a yes, beside the window", async ({ stage, program }) => {
  await program.click(`${OWN}/summary`);
  await program.fill("驱动文件的完整路径", stage.libraries.skf);
  await program.press("查看这个文件");
  await program.find(`${OWN}//h3[starts-with(normalize-space(.), "libtongguan-skf.so")]`);
  assert.deepEqual(program.processes().workers, []);
  await program.scrollTo(`${OWN}/summary`);
  await program.pictures("ukey-3-own-driver");
  await program.click(`${OWN}//button[normalize-space(.)="允许使用这个驱动"]`);
  await program.text("已允许 libtongguan-skf.so");
  assert.equal(program.processes().workers.length, 1);
});

step("a UKey appears by itself, and whose it is", async ({ stage, program }) => {
  await stage.act("plug", { ukey: UKEY, through: "skf" });
  await fits(program);
  await program.scrollTo("//h1");
  await program.pictures("ukey-4-choose");
});

step("the statement is shown word for word, and the UKey signs it", async ({ stage, program, state }) => {
  await program.press("下一步: 核对声明");
  await program.field("UKey 密码");
  const statement = await program.contentOf(STATEMENT);
  assert.ok(statement.includes(`Audience: ${stage.portal}`), statement);
  assert.ok(statement.includes(`Account: ${stage.account}`), statement);
  await program.pictures("ukey-5-consent");
  await program.fill("UKey 密码", stage.ukeys[UKEY].pin);
  await program.press("签署声明");
  await passed(program);
  assert.equal(await program.fact("认证方式"), "建设银行");
  assert.equal(await program.fact("安全级别"), "低 → 高");
  assert.equal(await program.contentOf(STATEMENT), statement);
  await program.press("保存凭证");
  await program.text("已保存到");
  // What was shown is what was signed, to the byte.
  const [proof, ...more] = statements(state);
  assert.deepEqual(more, []);
  assert.ok(readFileSync(proof).includes(Buffer.from(statement, "utf8")));
  await program.pictures("ukey-6-done");
});

step("after signing in again the centre knows the bank", async ({ stage, program }) => {
  await program.press("返回认证中心");
  await program.heading("企业实名认证");
  await program.press("退出并重新登录");
  await program.heading("登录");
  await signIn({ stage, program });
  await program.text("通过建设银行 UKey 认证");
  await program.pictures("ukey-7-centre");
});

step("a library that crashes while signing is told, and the window lives", async ({ stage, program }) => {
  const before = program.processes();
  const strikes = [{ call: "SKF_ECCSignData", times: 1, misbehaviour: "crash" }];
  await program.press("再用 UKey 认证一次");
  await program.click(BANK);
  await fits(program);
  await stage.act("behave", { through: "skf", behaviour: { strikes } });
  await sign(program, stage.ukeys[UKEY].pin);
  await program.text("驱动崩溃了");
  await program.text("libtongguan-skf.so 在签署时异常退出");
  await program.pictures("ukey-8-crashed");
  const { own, workers } = program.processes();
  assert.equal(own.pid, before.own.pid);
  assert.ok(!workers.some(({ pid }) => pid === before.workers[0].pid), "the old worker is gone");
});

step("the next try works, in a new process", async ({ stage, program }) => {
  await program.press("重新开始");
  await fits(program);
  await sign(program, stage.ukeys[UKEY].pin);
  await passed(program);
  assert.equal(program.processes().workers.length, 1);
});

step("a second library, one that the catalogue found, works beside the first", async ({ stage, program }) => {
  await stage.act("unplug", { ukey: UKEY, through: "skf" });
  await program.press("返回认证中心");
  await program.press("再用 UKey 认证一次");
  await program.click(BANK);
  // Without a UKey the list opens by itself.
  await program.click('//details[@open]//button[@aria-label="允许使用这个驱动: SoftHSM2"]');
  await program.text("已允许 SoftHSM2");
  await fits(program);
  await sign(program, stage.ukeys[SOFT].pin);
  await passed(program);
  assert.equal(program.processes().workers.length, 2);
});

step("no PIN is in the program's memory, log or files, nor in the process of SoftHSM2", ({ stage, program, state }) => {
  const { own, workers, web } = program.processes();
  const pins = { [UKEY]: stage.ukeys[UKEY].pin, [SOFT]: stage.ukeys[SOFT].pin };
  assert.ok(touchedBytes(own.pid) > 10_000_000, "the memory was read");
  assert.ok(findInMemory(own.pid, stage.account).length > 0, "what is there is found");
  for (const pin of Object.values(pins)) {
    assert.deepEqual(findInMemory(own.pid, pin), []);
    assert.ok(program.log().length > 1000 && !program.log().includes(pin), "the log");
    for (const file of filesBelow(state)) assert.ok(!readFileSync(file).includes(pin), file);
  }
  const soft = workers.find(({ pid }) => hasLoaded(pid, stage.libraries.soft_hsm));
  assert.ok(findInMemory(soft.pid, SOFT).length > 0, "the token's label is there");
  assert.deepEqual(findInMemory(soft.pid, pins[SOFT]), []);
  // What belongs to others is measured: the sandbox's own library reads the PIN from its token's file and
  // may leave it in its process; the web view is WebKit's.
  const left = [...workers, ...web].map(({ pid, name }) => {
    const library = Object.values(stage.libraries).find((path) => hasLoaded(pid, path));
    const copies = Object.entries(pins).map(([ukey, pin]) => [ukey, findInMemory(pid, pin).length]);
    return { process: library?.split("/").at(-1) ?? name, copies: Object.fromEntries(copies) };
  });
  writeFileSync(join(artifacts, "pin-in-other-processes.json"), `${JSON.stringify(left, null, 2)}\n`);
});
