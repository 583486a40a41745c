// Files on their way to the portal, and files that never leave the computer.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import type { Page } from '@playwright/test';
import { Between } from './between';
import { expect, test, violations, type Stage } from './stage';
import { picture } from './phone';
import {
  authorise, BEIJING, certified, DESKTOP, enterCode, fillBankAccount, giveCompany, holder, kept, NINGBO, pick, press, startPath,
} from './platforms'; // prettier-ignore

test.use({ viewport: DESKTOP });

const FRONT = '身份证人像面';
const BACK = '身份证国徽面';
const LETTER = '上传盖章的授权书';
const PART = 256 * 1024;

const slot = (page: Page, place: string) => page.getByRole('group', { name: place });
const progress = (page: Page, place: string) => slot(page, place).getByRole('progressbar');
const refused = (page: Page, place: string, why: string | RegExp) =>
  expect(slot(page, place).locator('..').getByText(why)).toBeVisible();

/** Signed in through somebody between, who is gone afterwards. */
const through = test.extend<{ between: Between }>({
  between: async ({ stage }, use) => {
    const between = await Between.start(stage.ready.portal);
    await stage.signIn(between.origin);
    await use(between);
    await stage.signOut();
    // The program remembers where it signed in last.
    await stage.signIn(stage.ready.portal);
    await between.stop();
  },
});

/** At both sides of the identity card. */
async function atPictures(page: Page, stage: Stage): Promise<void> {
  const person = holder(stage);
  await page.goto(stage.ready.ui);
  await startPath(page, BEIJING, '网页认证 (银行卡)');
  await fillBankAccount(page, person);
  await press(page, '下一步');
  await enterCode(page, stage, person.phone, '确认');
  await expect(slot(page, FRONT)).toBeVisible();
}

/** A picture of more than a few parts: no two points are alike. */
async function noise(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1600, 1200];
    const context = canvas.getContext('2d')!;
    const picture = context.createImageData(canvas.width, canvas.height);
    let state = 1;
    for (let at = 0; at < picture.data.length; at += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      picture.data[at] = at % 4 === 3 ? 255 : state >>> 24;
    }
    context.putImageData(picture, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.9);
  });
  return Buffer.from(drawn.split(',')[1]!, 'base64');
}

/** A PNG of a few bytes whose head says that it is 60,000 by 60,000 (W3C PNG, sections 5.3 and 11.2.2). */
function bomb(): Buffer {
  const chunk = (kind: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(60_000, 0);
  head.writeUInt32BE(60_000, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', Buffer.alloc(9)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const letter = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../drivers/picture/tests/letters/${name}`, import.meta.url)));

through('a picture on its way is seen, given up, and sent again', async ({ page, stage, between }) => {
  const person = holder(stage);
  await atPictures(page, stage);
  const large = await noise(page);
  const held = between.hold(2 * PART);
  await pick(page, FRONT, 'front.jpg', large);
  await held.reached;
  await expect(slot(page, FRONT).getByText(/^已上传 512 KB \/ \d\.\d MB$/)).toBeVisible();
  expect(Number(await progress(page, FRONT).getAttribute('value'))).toBeGreaterThan(0);
  expect.soft(await violations(page)).toEqual([]);
  await slot(page, FRONT).getByRole('button', { name: '取消上传' }).click();
  held.release();
  await expect(page.getByText('已取消。')).toBeVisible();
  await expect(progress(page, FRONT)).toHaveCount(0);
  expect(between.parts).toEqual([0, PART, 2 * PART]);
  await press(page, '提交核验');
  await expect(page.getByText(`请先选好: ${FRONT}`)).toBeVisible();

  // The same once more goes on behind what has arrived.
  await pick(page, FRONT, 'front.jpg', large);
  await kept(page, FRONT);
  expect(between.parts.filter((offset) => offset <= 2 * PART)).toEqual([0, PART, 2 * PART]);
  await pick(page, FRONT, 'front.jpg', await picture(stage, person, 'front'));
  await pick(page, BACK, 'back.jpg', await picture(stage, person, 'back'));
  await kept(page, FRONT);
  await kept(page, BACK);
  await press(page, '提交核验');
  await expect(certified(page)).toBeVisible();
});

through(
  'the network is lost in the middle of a picture, and it goes on where it was',
  async ({ page, stage, between }) => {
    await atPictures(page, stage);
    const held = between.hold(3 * PART);
    await pick(page, FRONT, 'front.jpg', await noise(page));
    await held.reached;
    between.lose();
    held.release();
    const fault = slot(page, FRONT).locator('..').getByRole('group', { name: '连不上平台' });
    await expect(fault).toBeVisible();
    await expect(progress(page, FRONT)).toHaveCount(0);
    between.find();
    await fault.getByRole('button', { name: '再试一次' }).click();
    await kept(page, FRONT);
    // The part that was lost comes twice, and nothing before it.
    const from = between.parts.slice(0, 5);
    expect(from).toEqual([0, PART, 2 * PART, 3 * PART, 3 * PART]);
  },
);

through(
  'pictures that would harm are refused for what they are, and none is sent',
  async ({ page, stage, between }, info) => {
    const person = holder(stage);
    await atPictures(page, stage);
    await pick(page, FRONT, 'front.png', bomb(), 'image/png');
    await refused(page, FRONT, '像素超过 5000 万。');
    await pick(page, FRONT, 'front.jpg', Buffer.from('A text that is called front.jpg'));
    await refused(page, FRONT, '内容不是这里能收的格式, 与文件名无关。');
    const heavy = info.outputPath('heavy.jpg');
    writeFileSync(heavy, Buffer.concat([await picture(stage, person, 'front'), Buffer.alloc(50_000_000)]));
    await slot(page, FRONT).locator('input[type=file]').setInputFiles(heavy);
    await refused(page, FRONT, /^图片超过 20 MB/);
    expect.soft(await violations(page)).toEqual([]);
    expect(between.asked.filter((asked) => asked.includes('/uploads'))).toEqual([]);
    await pick(page, FRONT, 'front.jpg', await picture(stage, person, 'front'));
    await kept(page, FRONT);
  },
);

through(
  'a letter with a script, a file or a link in it is refused with the reason, and a scan is taken',
  async ({ page, stage, between }) => {
    await page.goto(stage.ready.ui);
    await startPath(page, NINGBO, '企业实名认证 (法定代表人办)');
    await authorise(page, stage);
    await giveCompany(page, stage);
    await press(page, /^对公打款认证/);
    await page.getByRole('radio', { name: /^反向打款/ }).check();
  await press(page, '下一步');
    for (const name of ['script', 'attachment', 'link', 'form']) {
      await pick(page, LETTER, `${name}.pdf`, letter(`acting/${name}.pdf`), 'application/pdf');
      await refused(page, LETTER, /^PDF 里带有/);
      await refused(page, LETTER, '请打印盖章后扫描成新的 PDF 或照片。');
    }
    await pick(page, LETTER, 'locked.pdf', letter('locked/aes256.pdf'), 'application/pdf');
    await refused(page, LETTER, 'PDF 设了密码。');
    expect.soft(await violations(page)).toEqual([]);
    expect(between.asked.filter((asked) => asked.includes('/uploads'))).toEqual([]);
    await pick(page, LETTER, 'scan.pdf', letter('plain/img2pdf.pdf'), 'application/pdf');
    await expect(page.getByText(/等待审核/)).toBeVisible();
  },
);
