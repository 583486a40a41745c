// The sister platforms in the program's own window, one after the other, each with its phone; and that nothing of what
// was given there is left on disk.
import assert from "node:assert/strict";
import { ownHome } from "./home.mjs";
import { people, signIn, step, surroundedBy } from "./journey.mjs";
import { Phone, pictureOf } from "./phone.mjs";
import { leftBehind } from "./traces.mjs";

let world;
let holder;
let legal;

surroundedBy(async (desk) => ({ ...(await ownHome(desk)), TONGGUAN_PORTAL: desk.stage.portal }));

const PLATFORMS = "实名认证平台";
const toPlatforms = async (program) => {
  await program.click(`//nav//button[normalize-space(.)="${PLATFORMS}"]`);
  await program.heading(PLATFORMS);
};
const begin = async (program, act) => {
  await toPlatforms(program);
  await program.click(`//button[starts-with(@aria-label, "${act}")]`);
};
const agree = (program) => program.click('//label[starts-with(normalize-space(.), "我已阅读并同意")]');
const pressWay = (program, way) => program.click(`//main//li/button[.//b[normalize-space(.)="${way}"]]`);

/** What the QR code says. */
async function address(program) {
  await program.click('//summary[normalize-space(.)="扫不了码?"]');
  return program.contentOf('//p[contains(@class, "address")]');
}

/** As if the file had been chosen: the driver has no hands for the system's own dialog. */
async function choose(program, place, file) {
  const source = `
    const [place, content] = arguments;
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const picked = new DataTransfer();
    picked.items.add(new File([bytes], "picture.jpg", { type: "image/jpeg" }));
    const group = [...document.querySelectorAll("[role=group]")].find((one) => one.textContent.includes(place));
    const input = group.querySelector("input[type=file]");
    input.files = picked.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  `;
  await program.find('//*[@role="group"]//button');
  await program.run(source, place, file.toString("base64"));
  await program.find(`//*[@role="group"][.//h2[normalize-space(.)="${place}"]]//*[normalize-space(text())="已上传"]`);
}

step("signed in, the platforms stand in the menu with all that is open", async (desk) => {
  world = people();
  ({ holder } = world.accounts.find(({ name }) => name === desk.stage.account));
  ({ legal_representative: legal } = world.companies.find(({ slug }) => slug === "haihe"));
  const { program } = desk;
  await program.press("中文");
  await signIn(desk);
  await toPlatforms(program);
  await program.find('//section[.//h2[normalize-space(.)="宁波产权交易中心"]]');
  await program.pictures("platforms-1-all");
});

step("Ningbo: the code, the way, the face on a phone; the window follows by itself", async ({ stage, program }) => {
  await begin(program, "开始: 个人实名认证");
  await program.press("获取验证码");
  await program.text("验证码已发到");
  await program.fill("手机验证码", await stage.codeSentTo(holder.phone));
  await agree(program);
  await program.press("登录并授权提交");
  await pressWay(program, "人脸识别");
  await program.fill("姓名", holder.name);
  await program.fill("身份证号码", holder.document.number);
  await agree(program);
  await program.pictures("platforms-2-form");
  await program.press("同意并继续");
  await program.find('//*[@role="img"][starts-with(@aria-label, "二维码")]');
  const phone = await Phone.scan(stage, await address(program));
  await program.text("手机已打开");
  await program.pictures("platforms-3-opened");
  await phone.face(holder);
  await program.heading("认证通过");
  await program.text("NINGBO-");
  await program.pictures("platforms-4-receipt");
});

step("Beijing: the bank card, the code, and both sides of the ID card", async ({ stage, program }) => {
  await begin(program, "开始: 网页认证");
  await program.fill("证件有效期起", holder.validity.from);
  if (holder.validity.until === "00000000") await program.click('//label[normalize-space(.)="长期有效"]');
  else await program.fill("证件有效期止", holder.validity.until);
  await program.fill("银行卡号", holder.bank_card);
  await program.fill("银行预留手机号", holder.phone);
  await program.pictures("platforms-5-bank-card");
  await program.press("下一步");
  await program.press("获取验证码");
  await program.text("验证码已发到");
  await program.fill("手机验证码", await stage.codeSentTo(holder.phone));
  await program.press("确认");
  await choose(program, "身份证人像面", await pictureOf(stage, holder, "front"));
  await choose(program, "身份证国徽面", await pictureOf(stage, holder, "back"));
  await program.pictures("platforms-6-pictures");
  await program.press("提交核验");
  await program.heading("认证通过");
  await program.text("BEIJING-");
});

step("Henan: a matter, its person with both duties, and the submission", async ({ stage, program }) => {
  await begin(program, "新办一件: 登记事项");
  await program.click('//select/option[normalize-space(.)="变更"]');
  await program.fill("事项名称", "海河示范变更登记");
  await program.press("下一步");
  await program.press("添加人员");
  await program.fill("姓名", legal.name);
  await program.click('//select/option[normalize-space(.)="法定代表人"]');
  await program.fill("证件号码", legal.document.number);
  await program.press("添加");
  await program.text("还差: ");
  await program.pictures("platforms-7-people");

  await program.press(`出示二维码: ${legal.name}的签名`);
  const signing = await Phone.scan(stage, await address(program));
  await signing.confirm();
  await signing.face(legal);
  await signing.sign();
  await program.text(`${legal.name}的签名已完成。`);
  await program.press("关闭");

  await program.press(`出示二维码: ${legal.name}的认证`);
  const phone = await Phone.scan(stage, await address(program));
  const { kind, number } = legal.document;
  await phone.fill({ name: legal.name, document_kind: kind, document_number: number });
  await phone.confirm();
  await phone.face(legal);
  await phone.fill({ bank_card: legal.bank_card, phone: legal.phone });
  await phone.confirm();
  await phone.takeOnlyMatter();
  await phone.confirm();
  await phone.face(legal);
  await phone.sign();
  await program.text(`${legal.name}的认证已完成。`);
  await program.press("关闭");
  await program.text("每个人两项都完成了, 可以提交。");
  await program.press("提交办理");
  await program.heading("认证通过");
  await program.text("HENAN-");
  await program.pictures("platforms-8-matter");
});

step("of people, numbers and pictures nothing is on disk or in the log", async (desk) => {
  const { program } = desk;
  await program.close();
  const of = (who, { document, bank_card, phone }) =>
    Object.entries({ document: document.number, bank_card, phone }).map(([what, text]) => [`${who}'s ${what}`, text]);
  const needles = Object.fromEntries([...of("the holder", holder), ...of("the legal representative", legal)]);
  assert.deepEqual(leftBehind(desk, program.log(), needles), []);
});
