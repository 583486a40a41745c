// Platforms and their procedures: the logic, and the screens in made-up states.
import { configure, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { Blob as NodeBlob } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { companyNumber, registrationNumber } from '../src/checks/company';
import { hostOf } from '../src/host/fixture';
import { PEOPLE_STAGE, procedure, QR } from '../src/host/fixture.platforms';
import { LARGEST_PICKED, LARGEST_SENT, type Call, type FieldEntry, type Message, type Offer, type Procedure, type Stage } from '../src/host'; // prettier-ignore
import { qrPath, qrSize } from '../src/parts/qr';
import { reasons, usable, values, veiled } from '../src/screens/platforms/entries';
import { base64, flawOf } from '../src/screens/platforms/file';
import { amount, fen, yuan } from '../src/screens/platforms/money';
import { SentFile } from '../src/screens/platforms/sent-file.svelte';
import { TicketDesk } from '../src/screens/platforms/ticket.svelte';
import { LANGUAGES, type Words } from '../src/words';
import { fill, press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

const entry = (field: FieldEntry['field'], more: Partial<FieldEntry> = {}): FieldEntry => ({
  field, value: null, fixed: false, optional: false, ...more,
}); // prettier-ignore
const ID = '99010119850302001X';

const ASSETS = join(process.cwd(), '../assets/platforms');
const descriptions = readdirSync(ASSETS).map((name) => {
  const text = readFileSync(join(ASSETS, name), 'utf8');
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found ?? '');
  const part = (table: string) =>
    text
      .split(/^\[\[/m)
      .filter((block) => block.startsWith(`${table}]]`))
      .map((block) => block.replace(/\n#.*/g, ''));
  const lists = (key: string) =>
    all(new RegExp(`^${key} = \\[([^\\]]*)\\]`, 'gm')).flatMap((list) => list.match(/\w+/g) ?? []);
  return {
    name,
    id: all(/^id = "(\w+)"/gm)[0] ?? '',
    steps: part('step').map((block) => /^id = "(\w+)"/m.exec(block)?.[1] ?? ''),
    paths: part('path')
      .filter((block) => !block.includes('"phone"'))
      .map((block) => /^id = "(\w+)"/m.exec(block)?.[1] ?? ''),
    phones: all(/^(?:sign|certify) = "(\w+)"/gm),
    own: part('step')
      .filter((block) => block.includes('"own_app"'))
      .map((block) => /^run = "(\w+)"/m.exec(block)?.[1] ?? ''),
    ways: all(/way = "(\w+)"/g),
    notices: lists('notices'),
    banks: lists('banks'),
    by: all(/^by = "(\w+)"/gm),
  };
});

for (const [code, words] of Object.entries<Words>(LANGUAGES)) {
  test(`${code}: every path, step, way, notice and bank of the descriptions has words`, () => {
    expect(descriptions.length).toBeGreaterThanOrEqual(3);
    const w = words.platforms;
    for (const { name, id, steps, paths, phones, own, ways, notices, banks, by } of descriptions) {
      expect(w.abouts[id]?.about, name).toBeTruthy();
      expect(steps.length, name).toBeGreaterThan(5);
      for (const step of steps) expect(w.steps[`${id} ${step}`] ?? w.steps[step], `${name} ${step}`).toBeTruthy();
      for (const path of paths) expect(w.paths[path]?.needs, `${name} ${path}`).toBeTruthy();
      if (own.length > 0) expect(w.apps[id], name).toBeTruthy();
      for (const path of [...phones, ...own]) expect(w.phones[path]?.length, `${name} ${path}`).toBeGreaterThan(1);
      for (const way of ways) expect(w.ways[way]?.takes, `${name} ${way}`).toBeTruthy();
      for (const notice of notices) {
        expect(w.notices[notice]?.text.join(' ').length, `${name} ${notice}`).toBeGreaterThan(100);
      }
      for (const bank of banks) expect(w.banks[bank], `${name} ${bank}`).toBeTruthy();
      for (const scanner of by) expect(w.scan.todo[scanner]?.length, `${name} ${scanner}`).toBeGreaterThan(1);
    }
  });
}

test('a company number is a unified code of 18, or a registration number of 15 with its check digit', () => {
  expect(registrationNumber('110108000000016')).toBeNull();
  expect(companyNumber('110108000000017')).toBe('check_character');
  expect(companyNumber('11010800000001X')).toBe('character');
  expect(companyNumber('91120116MA0T3K1X08')).toBeNull();
  expect(companyNumber('')).toBe('empty');
});

test('an amount is below one yuan, and typed as people do', () => {
  expect([fen('0.37'), fen('.5'), fen('0.01 \u5143'), fen('\u00a50.99'), fen('0\u30028')]).toEqual([37, 50, 1, 99, 80]);
  expect(['37', '0,37', '-0.1', 'x', '0.375'].map(fen)).toEqual([null, null, null, null, null]);
  expect([amount(''), amount('37'), amount('0.00'), amount('1.00'), amount('0.10')]).toEqual([
    'empty', 'format', 'range', 'range', null,
  ]); // prettier-ignore
  expect([yuan(1), yuan(99), yuan(120)]).toEqual(['0.01', '0.99', '1.20']);
});

test('what cannot be changed is not sent, nor is what was left empty', () => {
  const entries = [
    entry('company_name', { value: 'fixed', fixed: true }),
    entry('legal_id_number', { optional: true }),
    entry('phone'),
  ];
  expect(reasons(entries, { phone: '' })).toEqual({ legal_id_number: null, phone: 'empty' });
  expect(values(entries, { phone: '199 0000 1234' })).toEqual({ phone: '19900001234' });
  expect(reasons(entries, { phone: '1', legal_id_number: '99' })).toEqual({
    legal_id_number: 'length',
    phone: 'length',
  });
});

test('what was given elsewhere is offered where it is missing, and never where it cannot be changed', () => {
  const offers: Offer[] = [
    { field: 'name', value: 'A B', platform: 'one' },
    { field: 'phone', value: '19900001234', platform: 'two' },
    { field: 'bank_card', value: '6212345678901234569', platform: 'two' },
  ];
  const entries = [entry('name', { value: 'A B', fixed: true }), entry('phone'), entry('id_number')];
  expect(usable(offers, entries, {}).map(({ field }) => field)).toEqual(['phone']);
  expect(usable(offers, entries, { phone: '199-0000-1234' })).toEqual([]);
});

test('numbers of people are shown by their ends, names and dates as they are', () => {
  expect(veiled('id_number', ID)).toBe('9901**********001X');
  expect(veiled('phone', '19900001234')).toBe('199****1234');
  expect(veiled('bank_card', '6212345678901234569')).toBe('6212***********4569');
  expect(veiled('account_number', '6222000011118810')).toBe('6222********8810');
  expect(veiled('valid_from', '20200101')).toBe('20200101');
});

test('a QR code is one path of its dark runs, with a quiet zone of four', () => {
  expect(qrPath(['1101', '0000', '0110'])).toBe('M4 4h2v1h-2zM7 4h1v1h-1zM5 6h2v1h-2z');
  expect(qrSize(['1101'])).toBe(9);
  // Every dark module once.
  const area = [...qrPath(QR.rows).matchAll(/h(\d+)v1/g)].reduce((sum, [, run]) => sum + Number(run), 0);
  expect(area).toBe(QR.rows.join('').replaceAll('0', '').length);
});

test('a file becomes base64 piece by piece, to the byte', async () => {
  const bytes = Uint8Array.from({ length: 500_001 }, (_, at) => (at * 7 + (at >> 8)) % 256);
  expect(await base64(new NodeBlob([bytes]))).toBe(Buffer.from(bytes).toString('base64'));
  expect(await base64(new NodeBlob([]))).toBe('');
});

test('what is too large or of another type is refused before it is read', () => {
  expect(flawOf({ size: LARGEST_PICKED + 1, type: 'image/jpeg' }, 'id_front')).toBe('too_large');
  expect(flawOf({ size: 0, type: 'image/jpeg' }, 'id_front')).toBe('empty');
  expect(flawOf({ size: 9, type: 'application/pdf' }, 'id_front')).toBe('type');
  expect(flawOf({ size: 9, type: 'application/pdf' }, 'letter')).toBeNull();
  expect(flawOf({ size: 9, type: '' }, 'letter')).toBeNull();
  const pdf = (size: number) => flawOf({ size, type: 'application/pdf' }, 'letter');
  expect([pdf(LARGEST_SENT), pdf(LARGEST_SENT + 1)]).toEqual([null, 'too_large']);
  expect(flawOf({ size: LARGEST_SENT + 1, type: 'image/png' }, 'letter')).toBeNull();
});

test('a ticket is shown until it is over, opened or gone', async () => {
  vi.useFakeTimers();
  let state: { expires_at: string; opened: boolean; sms_to: string | null } | null = null;
  const desk = new TicketDesk(() => state);
  expect(desk.phase).toBe('none');
  const ticket = { address: 'a', qr: QR, expires_at: new Date(Date.now() + 5000).toISOString() };
  await desk.ask(async () => ticket, { duty: null, sms_to: null });
  expect(desk.phase).toBe('shown');
  state = { expires_at: ticket.expires_at, opened: false, sms_to: null };
  desk.look();
  vi.advanceTimersByTime(5001);
  expect(desk.phase).toBe('expired');
  await desk.ask(async () => ({ ...ticket, expires_at: new Date(Date.now() + 5000).toISOString() }), {
    duty: null,
    sms_to: null,
  });
  desk.look();
  state = { ...state, opened: true };
  expect(desk.phase).toBe('opened');
  // Cancelled on the phone: the portal tells of none.
  state = null;
  expect(desk.phase).toBe('none');
  desk.stop();
  vi.useRealTimers();
});

const platforms = () => press('\u5b9e\u540d\u8ba4\u8bc1\u5e73\u53f0');
async function goOn() {
  await platforms();
  await fireEvent.click((await screen.findAllByRole('button', { name: /^接着办/ }))[0]!);
}

test('the page tells how person and company stand with each platform, and what is open', async () => {
  const { last } = show('platforms');
  await platforms();
  const ningbo = within(await screen.findByRole('region', { name: '宁波产权交易中心' }));
  expect(ningbo.getByText('已认证')).toBeTruthy();
  // Who it is, with the ends of the number, and when.
  expect(ningbo.getByText(/李示范, 号码/).textContent).toContain('9901**********001X');
  expect(ningbo.getByText(/通过 \(手机号认证\)/).textContent).toMatch(/^\d{4}/);
  expect(ningbo.getByRole('button', { name: '查看状态: 个人实名认证 (宁波产权交易中心)' })).toBeTruthy();
  expect(ningbo.getByText('NINGBO-2026-000017')).toBeTruthy();
  expect(ningbo.getByText('企业实名认证 (法定代表人办)')).toBeTruthy();
  const beijing = within(screen.getByRole('region', { name: '北京市企业服务 e 窗通平台' }));
  expect(beijing.getByRole('row', { name: /合伙企业 合伙人, 执行事务合伙人委派代表/, hidden: true })).toBeTruthy();
  await fireEvent.click(beijing.getByRole('button', { name: /开始: 网页认证/ }));
  await waitFor(() =>
    expect(last('open_procedure')).toEqual({ command: 'open_procedure', platform: 'beijing', path: 'web' }),
  );
});

test('who may not certify the company is told whom to ask, and certifies as a person', async () => {
  show('platforms-personal');
  await platforms();
  const ningbo = within(await screen.findByRole('region', { name: '宁波产权交易中心' }));
  expect(ningbo.getByText(/企业的认证请找企业管理员/)).toBeTruthy();
  expect(ningbo.getAllByRole('button').filter((one) => one.textContent.trim() !== '复制地址')).toHaveLength(1);
});

test('a platform that the words do not know shows by its description', async () => {
  show('platforms-new');
  await platforms();
  const box = within(await screen.findByRole('region', { name: '拉萨示例平台' }));
  expect(box.getByText('walk')).toBeTruthy();
  expect(box.getByText(/first_one/)).toBeTruthy();
});

test('a code that was sent before this was opened is waited for as long as it was', async () => {
  const { commands } = show('step-code-sent');
  await goOn();
  const again = await screen.findByRole('button', { name: /^0:[0-4]\d 后可重新获取$/ });
  await fireEvent.click(again);
  expect(commands()).not.toContain('send_step_code');
  expect(screen.getByText('199****1234')).toBeTruthy();
});

test('what was given elsewhere is shown masked, filled in on demand, and sent only by the user', async () => {
  const { last, commands } = show('step-form-offer');
  await goOn();
  const offer = within(await screen.findByRole('region', { name: '已有的内容可以直接用' }));
  expect(offer.getByText('9901**********001X')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('身份证号码').value).toBe('');
  await press('填入这些内容');
  expect(commands()).not.toContain('answer_step');
  expect(screen.getByLabelText<HTMLInputElement>('身份证号码').value).toBe('9901**********001X');
  expect(screen.getAllByText('来自北京市企业服务 e 窗通平台, 请核对。')).toHaveLength(3);
  await press('同意并继续');
  expect(screen.getByText('请先阅读并勾选。')).toBeTruthy();
  expect(commands()).not.toContain('answer_step');
  await fireEvent.click(screen.getByRole('checkbox'));
  await press('同意并继续');
  await waitFor(() =>
    expect(last('answer_step')).toMatchObject({
      id: 'p1',
      version: 4,
      step: 'phone',
      answer: { kind: 'form', values: { id_number: ID, phone: '19900001234' }, agreed: ['ningbo_service'] },
    }),
  );
});

test('the number is masked once it was typed, and whole again under the cursor', async () => {
  show('step-form');
  await goOn();
  const field = await fill('身份证号码', ID.toLowerCase());
  expect(field.value).toBe('9901**********001X');
  await fireEvent.focus(field);
  expect(field.value).toBe(ID);
});

test('a refusal keeps what was typed and says what differs', async () => {
  show('step-form-refused');
  await goOn();
  await fireEvent.click(await screen.findByRole('checkbox'));
  await press('同意并继续');
  expect(await screen.findByText('企业信息与登记的不一致')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('企业名称').value).toBe('海河示范进出口有限公司');
});

const DONE: Stage = {
  kind: 'done',
  receipt: {
    number: 'NINGBO-2026-000099', platform: 'ningbo', path: 'person', subject: 'person', name: 'A', document: null,
    accepted_at: '2099-11-22T10:00:00+08:00', ways: ['face'],
  },
}; // prettier-ignore
const SCAN = {
  platform: 'ningbo',
  path: 'person',
  steps: [{ step: 'scan_alipay', state: 'now' as const, may_return: false }],
};

test('the desktop follows what happens on the phone, one question at a time', async () => {
  const asked: Message[] = [];
  let answer: ((next: Procedure) => void) | undefined;
  show('step-scan', (message) => {
    if (message.command !== 'await_procedure') return undefined;
    asked.push(message);
    return new Promise<unknown>((done) => (answer = done));
  });
  await goOn();
  expect(await screen.findByRole('img', { name: /二维码/ })).toBeTruthy();
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]).toMatchObject({ id: 'p1', version: 4 });
  const opened = { expires_at: '2099-01-01T00:00:00+08:00', opened: true, sms_to: null };
  answer?.({
    ...procedure(SCAN, { kind: 'scan', by: 'alipay', ticket: opened, sms: false, downloads: [] }),
    version: 5,
  });
  expect(await screen.findByText('手机已打开')).toBeTruthy();
  expect(screen.queryByRole('img', { name: /二维码/ })).toBeNull();
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]).toMatchObject({ version: 5 });
  answer?.({ ...procedure(SCAN, DONE), version: 6 });
  expect(await screen.findByRole('heading', { name: '认证通过' })).toBeTruthy();
  expect(screen.getByText('NINGBO-2026-000099')).toBeTruthy();
  expect(asked).toHaveLength(2);
});

test('who is certified already is told so, with the receipt that counts', async () => {
  show('step-done-already');
  await goOn();
  expect(await screen.findByRole('heading', { name: '已经认证过, 不用再办' })).toBeTruthy();
  expect(screen.getByText('NINGBO-2026-000017')).toBeTruthy();
});

test('a lost connection is told, without a storm of questions', async () => {
  const { commands } = show('step-scan-lost');
  await goOn();
  expect(await screen.findByText('现在看不到最新的进展')).toBeTruthy();
  expect(commands().filter((command) => command === 'await_procedure')).toHaveLength(1);
});

test('one that was given up elsewhere is told as gone, and no more is asked', async () => {
  const { commands } = show('step-scan', ({ command }) =>
    command === 'await_procedure' ? Promise.reject({ code: 'flow_not_there' }) : undefined,
  );
  await goOn();
  expect(await screen.findByText('这次办理已经不在了')).toBeTruthy();
  expect(screen.queryByText('放弃办理')).toBeNull();
  expect(commands().filter((command) => command === 'await_procedure')).toHaveLength(1);
});

test('a QR code that expired is asked for anew, and not without being told', async () => {
  const { commands } = show('step-scan-expired');
  await goOn();
  expect(await screen.findByText('二维码过期了')).toBeTruthy();
  await press('取新的二维码');
  expect(commands().filter((command) => command === 'open_ticket')).toHaveLength(2);
});

test('what the phone refused is read before a new QR code is asked for', async () => {
  const { commands } = show('step-scan-refused');
  await goOn();
  expect(await screen.findByText('人像比对没有通过')).toBeTruthy();
  expect(commands()).not.toContain('open_ticket');
});

test('the app is had by a code for each system, drawn by the program, and by its address', async () => {
  const { sent } = show('step-scan-app');
  await goOn();
  const app = within(await screen.findByRole('region', { name: '还没有装 App?' }));
  for (const [system, path] of [
    ['Android 正式版', 'android'],
    ['iOS 正式版', 'ios'],
  ] as const) {
    expect(await app.findByRole('img', { name: `下载二维码: ${system}` })).toBeTruthy();
    const address = `http://127.0.0.1:8472/app/beijing/${path}`;
    expect(sent).toContainEqual({ command: 'draw_code', address });
    expect(app.getByText(address)).toBeTruthy();
  }
  expect(app.getByText(/小米应用商店、360 应用商店、华为应用商店/)).toBeTruthy();
});

test('where a code cannot be drawn, the address is there', async () => {
  show('step-scan-app', ({ command }) => (command === 'draw_code' ? Promise.reject({ code: 'defect' }) : undefined));
  await goOn();
  expect(await screen.findByText('http://127.0.0.1:8472/app/beijing/ios')).toBeTruthy();
  expect(screen.queryByRole('img', { name: /^下载二维码/ })).toBeNull();
});

test('banks are recommended with the code for a card, and with no other code', async () => {
  show('step-code-bank');
  await goOn();
  const list = await screen.findByRole('list', { name: '建议使用下列银行的卡' });
  expect(within(list).getAllByRole('listitem')).toHaveLength(9);
});

test('where the platform answers more is told by its address', async () => {
  show('platforms');
  await platforms();
  const ningbo = within(await screen.findByRole('region', { name: '宁波产权交易中心' }));
  expect(ningbo.getByText(/^https:\/\/help\.esign\.cn\/detail\?id=/)).toBeTruthy();
});

test('a link by SMS takes the place of the QR code', async () => {
  const { last } = show('step-scan-sms');
  await goOn();
  await fill('法定代表人手机号码', '19900005678');
  await press('发送链接');
  await waitFor(() => expect(last('open_ticket')).toMatchObject({ asked: { duty: null, sms_to: '19900005678' } }));
  expect(await screen.findByText(/链接已用短信发到/)).toBeTruthy();
  expect(screen.queryByRole('img', { name: /二维码/ })).toBeNull();
});

test('a link that is asked for while the QR code is still being fetched is sent after it', async () => {
  let arrive = () => {};
  const usual = hostOf('step-scan-sms');
  const { sent } = show('step-scan-sms', (message) => {
    if (message.command !== 'open_ticket') return undefined;
    return new Promise<void>((done) => (arrive = done)).then(() => usual.call(message));
  });
  const asked = () => sent.filter(({ command }) => command === 'open_ticket').map(({ asked }) => asked);
  await goOn();
  await waitFor(() => expect(asked()).toEqual([{ duty: null, sms_to: null }]));
  await fill('法定代表人手机号码', '19900005678');
  await press('发送链接');
  expect(asked()).toHaveLength(1);
  arrive();
  await waitFor(() => expect(asked()[1]).toEqual({ duty: null, sms_to: '19900005678' }));
  arrive();
  expect(await screen.findByText(/链接已用短信发到/)).toBeTruthy();
  expect(screen.queryByRole('img', { name: /二维码/ })).toBeNull();
});

test('a choice leads on, and an earlier one can be made anew', async () => {
  const { last } = show('step-choose');
  await goOn();
  await press(/^人脸识别/);
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { kind: 'way', way: 'face' } }));
});

test("a platform's default is ticked, the other way is one step away, and an earlier choice can be made anew", async () => {
  const { last, commands } = show('step-choose-transfer');
  await goOn();
  const forward = await screen.findByRole<HTMLInputElement>('radio', { name: /^正向打款/ });
  expect([forward.checked, commands().includes('answer_step')]).toEqual([true, false]);
  expect(screen.getByText('系统默认')).toBeTruthy();
  await press('下一步');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { kind: 'way', way: 'forward' } }));
  await fireEvent.click(screen.getByRole('radio', { name: '反向打款' }));
  await press('下一步');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { kind: 'way', way: 'reverse' } }));
  await press('选择认证方式');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { kind: 'return', to: 'company_way' } }));
});

test('an amount is checked here, and a wrong one leaves the page as it is', async () => {
  const { last, commands } = show('step-transfer-wrong');
  await goOn();
  await fill(/收到的金额/, '36');
  await press('核对金额');
  expect(commands()).not.toContain('answer_step');
  await fill(/收到的金额/, '0.36');
  await press('核对金额');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { kind: 'amount', amount: 36 } }));
  expect(await screen.findByText('金额不对')).toBeTruthy();
  expect(screen.getByText('还可以填 3 次')).toBeTruthy();
});

test('an answer that crosses a change elsewhere is not sent again by itself: the user looks first', async () => {
  const { commands } = show('step-transfer', ({ command }) =>
    command === 'answer_step' ? Promise.reject({ code: 'record_changed' }) : undefined,
  );
  const asked = (command: string) => commands().filter((one) => one === command).length;
  await goOn();
  for (const [at, button] of [/^重新打款/, '核对金额'].entries()) {
    if (at === 1) await fill(/收到的金额/, '0.36');
    const before = asked('procedure');
    await press(button);
    await waitFor(() => expect(asked('procedure')).toBe(before + 1));
    expect(await screen.findByText('资料刚被别人改过')).toBeTruthy();
    expect(asked('answer_step')).toBe(at + 1);
  }
  expect(screen.getByLabelText<HTMLInputElement>(/收到的金额/).value).toBe('0.36');
});

test('a picture that comes back after its place was left does not stay in the page', async () => {
  let answer: (next: Procedure) => void = () => {};
  const made = vi.fn(() => 'blob:x');
  const revoked = vi.fn();
  Object.assign(URL, { createObjectURL: made, revokeObjectURL: revoked });
  const told = vi.fn();
  const call = vi.fn((..._: unknown[]) => new Promise<Procedure>((done) => (answer = done)));
  const file = new SentFile('id_front', call as unknown as Call, () => 'p1', told);
  const bytes = new NodeBlob([Uint8Array.from([0xff, 0xd8, 0xff])]);
  const picked = Object.assign(new File(['x'], 'card.jpg', { type: 'image/jpeg' }), {
    slice: (from: number, to: number) => bytes.slice(from, to),
  });
  const next = procedure({ platform: 'beijing', path: 'web', steps: [] }, { kind: 'pictures', slots: [] });

  const first = file.pick(picked);
  await waitFor(() => expect(call).toHaveBeenCalledOnce());
  const sent = answer;
  file.stop();
  // Nobody waits for it any more: it is not sent on.
  expect(call.mock.lastCall).toEqual(['cancel_sending', { id: 'p1', slot: 'id_front' }]);
  sent(next);
  await first;
  expect([made.mock.calls.length, told.mock.calls.length, file.preview, file.busy]).toEqual([0, 0, null, false]);
  expect(file.canRetry).toBe(false);

  const second = file.pick(picked);
  await waitFor(() => expect(call).toHaveBeenCalledTimes(2));
  answer(next);
  await second;
  expect([told.mock.calls.length, file.preview]).toEqual([1, 'blob:x']);
  file.stop();
  expect([revoked.mock.calls, file.preview]).toEqual([[['blob:x']], null]);
});

for (const [code, { fields, flaw }] of Object.entries<Words>(LANGUAGES)) {
  test(`${code}: what a step does not ask for is named in words`, () => {
    for (const field of ['strokes', 'duty', 'sms_to']) {
      expect(fields[field], field).toBeTruthy();
      expect(flaw(field, 'not_asked')).not.toContain('_');
    }
  });
}

test('a file that is too large is refused before anything is read', async () => {
  const { commands } = show('step-pictures');
  await goOn();
  const slot = await screen.findByRole('group', { name: '身份证人像面' });
  const input = slot.querySelector<HTMLInputElement>('input[type=file]')!;
  const file = new File(['x'], 'card.jpg', { type: 'image/jpeg' });
  Object.defineProperty(file, 'size', { value: LARGEST_PICKED + 1 });
  await fireEvent.change(input, { target: { files: [file] } });
  expect(await screen.findByText('身份证人像面不能用')).toBeTruthy();
  expect(commands()).not.toContain('send_file');
  await press('提交核验');
  expect(screen.getByText('请先选好: 身份证人像面, 身份证国徽面。')).toBeTruthy();
});

test('both pictures that are there are judged together', async () => {
  const kept = (front: boolean): Stage => ({
    kind: 'pictures',
    slots: [
      { slot: 'id_front', upload: null, kept: true },
      { slot: 'id_back', upload: null, kept: front },
    ],
  });
  const { last } = show('step-pictures-missing', ({ command }) =>
    command === 'send_file'
      ? Promise.resolve({
          ...procedure(
            { platform: 'beijing', path: 'web', steps: [{ step: 'id_pictures', state: 'now', may_return: false }] },
            kept(true),
          ),
          version: 5,
        })
      : undefined,
  );
  await goOn();
  const slot = await screen.findByRole('group', { name: '身份证国徽面' });
  const bytes = Uint8Array.from([0xff, 0xd8, 0xff]);
  const file = new File([bytes], 'back.jpg', { type: 'image/jpeg' });
  if (!('arrayBuffer' in Blob.prototype)) {
    Object.assign(file, { slice: (from: number, to: number) => new NodeBlob([bytes]).slice(from, to) });
  }
  URL.createObjectURL ??= () => 'blob:x';
  URL.revokeObjectURL ??= () => {};
  await fireEvent.change(slot.querySelector('input[type=file]')!, { target: { files: [file] } });
  await waitFor(() =>
    expect(last('send_file')).toEqual({ command: 'send_file', id: 'p1', slot: 'id_back', content: '/9j/' }),
  );
  await press('提交核验');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ version: 5, answer: { kind: 'pictures' } }));
});

test('who is still missing is named, and nothing is submitted before', async () => {
  const { commands, last } = show('step-people');
  await goOn();
  expect(await screen.findByText('还差: 李示范 (认证), 周旧例 (签名, 认证)。')).toBeTruthy();
  await press('提交办理');
  expect(commands()).not.toContain('answer_step');
  await press('出示二维码: 李示范的认证');
  const box = within(await screen.findByRole('dialog', { name: '李示范的认证' }));
  expect(await box.findByRole('img', { name: /二维码/ })).toBeTruthy();
  expect(last('open_ticket')).toMatchObject({
    asked: { duty: { person: PEOPLE_STAGE.people[1]?.id, duty: 'certification' }, sms_to: null },
  });
});

test('once everybody has done both, the matter is submitted', async () => {
  const { last } = show('step-people-ready');
  await goOn();
  expect(await screen.findByText('每个人两项都完成了, 可以提交。')).toBeTruthy();
  await press('提交办理');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ step: 'people', answer: { kind: 'submit' } }));
});

test('a person is added with one of the documents that count here', async () => {
  const { last } = show('step-people-add');
  await goOn();
  await press('添加人员');
  expect(screen.getByText(/人员一变, 已做的都要重新做/)).toBeTruthy();
  await fill('姓名', '孙访客');
  await fireEvent.change(screen.getByLabelText('身份'), { target: { value: 'director' } });
  expect(within(screen.getByLabelText('证件类型')).getAllByRole('option')).toHaveLength(3);
  await fill('证件号码', ID);
  await press('添加');
  await waitFor(() =>
    expect(last('answer_step')).toMatchObject({
      answer: {
        kind: 'add_person',
        person: { name: '孙访客', document: { kind: 'id_card', number: ID }, role: 'director' },
      },
    }),
  );
});

test('a branch is found by its name and sent by its number', async () => {
  const { last } = show('step-branch');
  await goOn();
  await fill('对公账号', '6222000011118810');
  const field = await screen.findByRole('combobox', { name: '开户银行 (联行号)' });
  field.focus();
  await fireEvent.input(field, { target: { value: '天津' } });
  await screen.findAllByRole('option');
  expect(last('branches')).toMatchObject({ find: '天津' });
  const active = () => document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent;
  await waitFor(() => expect(active()).toContain('102110099996'));
  await fireEvent.keyDown(field, { key: 'ArrowDown' });
  expect(active()).toContain('102110088883');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.queryByRole('option')).toBeNull();
  await press('下一步');
  await waitFor(() =>
    expect(last('answer_step')).toMatchObject({
      answer: { values: { account_number: '6222000011118810', branch: '102110088883' } },
    }),
  );
});

test('a branch is picked without a pointer and without keys, as a screen reader presses', async () => {
  show('step-branch');
  await goOn();
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: '开户银行 (联行号)' });
  field.focus();
  await fireEvent.input(field, { target: { value: '天津' } });
  await fireEvent.click(await screen.findByRole('option', { name: /102110088883/ }));
  expect(field.value).toBe('工商银行天津滨海支行');
  expect([field.getAttribute('aria-expanded'), screen.queryByRole('option')]).toEqual(['false', null]);
});

test('a list of branches that is closed by Escape opens by an arrow key', async () => {
  show('step-branch');
  await goOn();
  const field = await screen.findByRole('combobox', { name: '开户银行 (联行号)' });
  field.focus();
  await fireEvent.input(field, { target: { value: '天津' } });
  await screen.findAllByRole('option');
  await fireEvent.keyDown(field, { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('option')).toBeNull());
  await fireEvent.keyDown(field, { key: 'ArrowDown' });
  expect(await screen.findAllByRole('option')).toHaveLength(3);
});

test('a register of branches that is silent leaves the number to be typed, and no result says so', async () => {
  let silent = true;
  const { last } = show('step-branch', ({ command }) =>
    command !== 'branches' ? undefined : silent ? Promise.reject({ code: 'portal_timeout' }) : Promise.resolve([]),
  );
  await goOn();
  await fill('对公账号', '6222000011118810');
  const field = await screen.findByRole('combobox', { name: '开户银行 (联行号)' });
  await fireEvent.input(field, { target: { value: '102110099996' } });
  await waitFor(() => expect(last('branches')).toBeTruthy());
  expect(screen.queryByRole('option')).toBeNull();
  silent = false;
  await fireEvent.input(field, { target: { value: '10211009999' } });
  expect(await screen.findByText(/没有找到/)).toBeTruthy();
  await fireEvent.input(field, { target: { value: '102110099996' } });
  await press('下一步');
  await waitFor(() => expect(last('answer_step')).toMatchObject({ answer: { values: { branch: '102110099996' } } }));
});

test('giving up is asked about first', async () => {
  const { last, commands } = show('step-leave');
  await goOn();
  await press('放弃办理');
  const box = within(await screen.findByRole('dialog', { name: '放弃这次办理?' }));
  expect(commands()).not.toContain('leave_procedure');
  await fireEvent.click(box.getByRole('button', { name: '放弃办理' }));
  await waitFor(() => expect(last('leave_procedure')).toMatchObject({ id: 'p1' }));
  expect(await screen.findByRole('heading', { name: '实名认证平台' })).toBeTruthy();
});
