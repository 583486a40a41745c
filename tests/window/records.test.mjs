// The first days with the program: whose portal, signing in, company and account put right, certification by
// documents across a restart, a card to sign in with; and what of all that lies on disk.
import assert from "node:assert/strict";
import { open, people, signIn, step, surroundedBy } from "./journey.mjs";
import { ownHome } from "./home.mjs";
import { leftBehind, tokenOf, tracesIn } from "./traces.mjs";

const CARD = "haihe-legal-sm2";
const NAME = "海河示范对外贸易有限公司";
const PHONE = "19900009876";
const EMAIL = "zhangben-32@haihe.example.cn";
/** The portal ends a session that was not used for so many seconds. */
const IDLE = 1_800;

/** Tokens that the portal has given to this program. */
const tokens = [];
/** Everything that the programs of this journey wrote to their logs. */
const logs = [];
let world;

surroundedBy(async (desk) => ({ ...(await ownHome(desk)), TONGGUAN_PORTAL: "" }));

const goTo = async (program, place) => {
  await program.click(`//nav//button[normalize-space(.)="${place}"]`);
  await program.heading(place);
};
const centre = (program) => program.heading("企业实名认证");
const unkept = "//*[text()[contains(., '没有可用的密钥环')]]";
const panel = (title) => `//section[.//h2[normalize-space(.)="${title}"]]`;
const savedIn = (program, title) => program.find(`${panel(title)}//*[text()[contains(., "已保存。")]]`);

/** Signed in: the session is in the keyring, and its token is looked for at the end. */
async function noteToken({ stage, program }) {
  assert.ok(!(await program.isThere(unkept)), "the session is kept");
  tokens.push(await tokenOf({ stage, program }));
}

async function close({ program }) {
  await program.close();
  logs.push(program.log());
}

/** What must stand nowhere on disk, by name. */
function secrets({ stage }) {
  const { legal_representative: legal, operator } = world.companies.find(({ slug }) => slug === "haihe");
  const of = (who, { name, document, bank_card, phone }) =>
    Object.entries({ name, document: document.number, bank_card, phone }).map(([what, text]) => [
      `${who}'s ${what}`,
      text,
    ]);
  return Object.fromEntries([
    ...of("the legal representative", legal),
    ...of("the holder", operator),
    ...tokens.map((token, index) => [`token ${index + 1}`, token]),
    ["the new phone", PHONE],
    ["the new e-mail", EMAIL],
    ["the password", stage.password],
    ["the PIN", stage.cards[CARD].pin],
  ]);
}

async function giveDates(program, { validity }) {
  await program.fill("证件有效期起", validity.from);
  if (validity.until !== "00000000") await program.fill("证件有效期止", validity.until);
  await program.press("下一步");
}

step("the first start asks whose portal it is, and offers the sandbox", async ({ stage, program }) => {
  world = people();
  await program.press("中文");
  await program.text("第一次使用: 请填写平台地址");
  await program.text("填好平台地址后, 这里会显示验证码。");
  await program.press("登录平台");
  await program.text("请填写平台地址。");
  await program.pictures("records-1-first-start");
  await program.press("使用本机的沙箱");
  await program.find("//img[@data-captcha]");
  assert.equal(await (await program.field("平台地址")).getAttribute("value"), stage.portal);
  await program.pictures("records-2-sandbox");
});

step("a question stands in for the captcha's picture, and the session goes to the keyring", async (desk) => {
  const { program } = desk;
  await program.press("看不到图片? 改为回答问题");
  await program.find("//p[@data-captcha]");
  await program.pictures("records-3-question");
  await signIn(desk);
  await noteToken(desk);
});

step("of the company's three names at most two change at once", async ({ program }) => {
  await goTo(program, "企业信息");
  await program.pictures("records-4-company");
  await program.press("修改单位信息");
  await program.fill("统一社会信用代码", "9113000034801880XB");
  assert.equal(await (await program.field("组织机构代码")).getAttribute("value"), "34801880X");
  await program.text("三项中已改 2 项, 最多改两项。");
  await program.fill("企业名称", NAME);
  await program.press("保存");
  await program.text("一次改得太多");
  await program.pictures("records-5-too-many");
});

step(
  "a name that the register does not know is told with ways on; once it knows it, it is saved",
  async ({ stage, program }) => {
    const { identity, legal_representative: legal } = world.companies.find(({ slug }) => slug === "haihe");
    await program.fill("统一社会信用代码", identity.uscc);
    await program.press("保存");
    await program.find('//dialog[.//h2[normalize-space(.)="企业信息没有通过登记机关的核验"]]');
    await program.picture("records-6-register");
    await program.press("回去修改");
    await stage.renameAtRegister(identity.uscc, NAME, legal.name);
    await program.press("保存");
    await savedIn(program, "单位信息");
    assert.equal(await program.fact("企业名称"), NAME);
    await program.text("修改信息后需要重新登录才生效。");
    await program.pictures("records-7-company-saved");
  },
);

step("phone and e-mail change by the codes that the sandbox's people read", async ({ stage, program }) => {
  await goTo(program, "账号信息");
  await program.pictures("records-8-account");
  const both = [
    { title: "绑定手机", label: "新的手机号码", to: PHONE, typed: "199 0000 9876" },
    { title: "邮箱", label: "新的邮箱", to: EMAIL, typed: EMAIL },
  ];
  for (const { title, label, to, typed } of both) {
    await program.press(`修改${title}`);
    await program.fill(label, typed);
    await program.press("获取验证码");
    await program.text("验证码已发到");
    await program.fill("验证码", await stage.codeSentTo(to));
    if (to === PHONE) await program.pictures("records-9-phone");
    await program.press("确认绑定");
    await savedIn(program, title);
  }
  const phone = await program.fact("手机号码");
  assert.ok(phone.endsWith("76") && !phone.includes(PHONE), phone);
});

step("certification by documents: the legal representative's ID card passes", async ({ program }) => {
  const { legal_representative: legal } = world.companies.find(({ slug }) => slug === "haihe");
  await program.click('//nav//button[normalize-space(.)="认证中心"]');
  await program.press("用证件认证");
  await program.text("第一步: 核验企业信息");
  await program.fill("证件号码", legal.document.number);
  await program.pictures("records-10-documents-company");
  await program.press("下一步");
  await program.text("第二步: 核验法人身份信息");
  await program.pictures("records-11-documents-legal");
  await giveDates(program, legal);
  await program.text("第三步: 核验管理员身份信息");
});

step("the program is closed there; the next start goes on in the session, at that step", async (desk) => {
  await close(desk);
  assert.deepEqual(leftBehind(desk, logs.join(""), secrets(desk)), []);
  await open();
  const { program } = desk;
  await centre(program);
  await program.text("上次做到“核验管理员身份信息”, 可以接着办。");
  await program.text("有新的信息还没有生效。");
  assert.equal(await tokenOf(desk), tokens[0], "nobody signed in again");
  await program.pictures("records-12-next-start");
  await program.press("继续证件认证");
  await program.text("第三步: 核验管理员身份信息");
  await program.text("接着上次的进度");
});

step("the account's holder passes by bank card and code: the level is 中 after the next sign-in", async (desk) => {
  const { stage, program } = desk;
  const { holder } = world.accounts.find(({ name }) => name === stage.account);
  await program.click('//label[normalize-space(.)="银行卡认证"]');
  await program.fill("银行卡号", holder.bank_card);
  await program.fill("银行预留手机号", holder.phone);
  await program.press("获取验证码");
  await program.text("验证码已发到");
  await program.fill("手机验证码", await stage.codeSentTo(holder.phone));
  await program.pictures("records-13-bank-card");
  await program.press("确定");
  await program.heading("已完成实名认证");
  assert.equal(await program.fact("安全级别"), "低 → 中");
  await program.pictures("records-14-documents-done");
  await program.press("退出并重新登录");
  await program.heading("登录");
  // Still by question, and at the portal of the first start.
  await program.find("//p[@data-captcha]");
  await signIn(desk);
  await program.find('//b[normalize-space(.)="中当前"]');
  await program.find('//td[normalize-space(.)="法定代表人证件"]');
  await noteToken(desk);
  await program.pictures("records-15-centre");
});

step("a card that is bound signs in with its statement and its PIN", async (desk) => {
  const { stage, program } = desk;
  await program.press("退出登录");
  await program.heading("登录");
  await stage.act("insert", { slot: 0, card: CARD });
  await program.click('//label[normalize-space(.)="卡介质"]');
  await program.text("平台会查它绑定的账号");
  await program.pictures("records-16-card");
  await program.press("下一步: 核对登录声明");
  await program.field("卡密码");
  const statement = await program.contentOf("//*[@data-statement]");
  assert.ok(statement.includes("用于: 登录") && statement.includes(`Account: ${stage.account}`), statement);
  await program.pictures("records-17-card-statement");
  await program.fill("卡密码", stage.cards[CARD].pin);
  await program.press("签署声明");
  await centre(program);
  await noteToken(desk);
});

step("who is away for too long is asked to sign in again, and told why", async ({ stage, program }) => {
  await stage.act("clock", { seconds: IDLE + 1 });
  await program.click('//nav//button[normalize-space(.)="企业信息"]');
  await program.heading("登录");
  await program.text("登录已失效");
  await program.pictures("records-18-idle");
});

step("signing out everywhere ends the session here and elsewhere, and at the next start", async (desk) => {
  const { stage, program } = desk;
  await signIn(desk);
  await noteToken(desk);
  const elsewhere = await stage.signInElsewhere();
  assert.ok(await stage.isAlive(elsewhere));
  await program.press("全部设备退出");
  await program.picture("records-19-everywhere");
  await program.click('//dialog//button[normalize-space(.)="全部设备退出"]');
  await program.heading("登录");
  for (const token of [...tokens, elsewhere]) assert.ok(!(await stage.isAlive(token)), "no session is left");
  await close(desk);
  await open();
  await desk.program.heading("登录");
  assert.ok(!(await desk.program.isThere("//nav")));
});

step("of people, numbers, passwords and tokens nothing is on disk or in the log", async (desk) => {
  await close(desk);
  // The web view's own storage, in UTF-16, is read as well as what the program wrote.
  assert.ok(tracesIn(desk.state, { "the portal": desk.stage.portal }).some((place) => place.includes("settings.toml")));
  assert.ok(tracesIn(desk.state, { "the kind of captcha": "question" }).some((place) => place.includes("webview")));
  assert.deepEqual(leftBehind(desk, logs.join(""), secrets(desk)), []);
});
