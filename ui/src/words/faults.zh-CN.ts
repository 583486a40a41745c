import type { LibraryFlaw, Register } from '../host';
import { fields, flaw } from './fields.zh-CN';
import { fileFlaws, slots } from './files.zh-CN';
import type { FaultWords, Said } from './index';
import { refusals, refusalsData } from './refusals.zh-CN';

const field = (name: string) => fields[name] ?? name;

const libraryFlaws: Record<LibraryFlaw, Said> = {
  not_absolute: {
    title: '驱动的路径要写全',
    why: '这不是从盘符或根目录写起的完整路径。',
    next: '请填写如 C:\\Windows\\System32\\xx.dll 或 /usr/lib/xx.so 的路径。',
  },
  not_a_file: { title: '这里没有驱动文件', why: '路径指向的不是文件, 或没有读取它的权限。', next: '请核对路径。' },
  beside_program: {
    title: '不从程序自己的文件夹加载驱动',
    why: '放进程序文件夹的文件可能冒充驱动。',
    next: '请用银行控件安装在系统里的那一份。',
  },
  not_a_library: {
    title: '这不是驱动文件',
    why: '它不是可以加载的动态库 (.dll, .so, .dylib)。',
    next: '请向银行确认是哪一个文件。',
  },
  thirty_two_bit: {
    title: '这个驱动是 32 位的',
    why: '通关是 64 位程序, 装不进 32 位的驱动。文件本身没有坏。',
    next: '请向银行要 64 位的驱动; 现在可以去银行网页办理。',
  },
  other_architecture: {
    title: '这个驱动是给别的处理器用的',
    why: '它与这台电脑的处理器不同, 不能加载。',
    next: '请向银行要适合这台电脑的驱动。',
  },
  other_system: {
    title: '这个驱动是给别的操作系统用的',
    why: '它不是为这台电脑的操作系统做的, 不能加载。',
    next: '请向银行要适合这台电脑的驱动。',
  },
  changed: {
    title: '驱动文件变了',
    why: '内容与您允许时的不同, 所以没有加载。银行控件更新后会这样。',
    next: '请核对新的 SHA-256, 再决定是否允许。',
  },
  not_approved: {
    title: '这个驱动还没有得到允许',
    why: '没有您的同意, 不加载任何驱动。',
    next: '请核对驱动并允许, 再试一次。',
  },
  no_entry_points: {
    title: '不认识这个驱动的接口',
    why: '里面没有 PKCS#11 的入口, 也没有 SKF (GM/T 0016) 的。',
    next: '请向银行确认是哪一个文件。',
  },
};
/** What a driver was about when its process ended: nobody knows in which of its functions that was. */
const CALLS: Record<string, string> = {
  load: '启动',
  list: '查找 UKey ',
  watch: '等待 UKey ',
  open: '打开 UKey ',
  pin_state: '查看剩余次数',
  sign: '签署',
  change_pin: '修改密码',
};
/** Between two Chinese words; a C function's name stands apart. */
const during = (call: string) => CALLS[call] ?? ` ${call} `;
/** A call in which the PIN was on its way. */
const spent = (call: string) =>
  /login|(verify|change|set)_?pin|sign/i.test(call) ? '这一次可能已占用一次密码机会。' : '';

const REGISTERS: Record<Register, string> = {
  company: '企业登记系统',
  ctid: '可信身份认证平台 (CTID) ',
  bank: '银行的核验服务',
  sms: '短信平台',
  population: '人口库',
  phone: '运营商的核验服务',
  payments: '银行的打款服务',
};
/** After "wait"; nothing where only the code of a fault was kept. */
const waiting = (seconds: number | undefined) => {
  if (seconds == null) return '一会儿';
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return ` ${rest} 秒`;
  return rest === 0 ? ` ${minutes} 分钟` : ` ${minutes} 分 ${rest} 秒`;
};

export const faults: FaultWords = {
  card_service_stopped: () => ({
    title: '智能卡服务没有运行',
    why: '没有它, 看不到读卡器。',
    next: '请启动智能卡服务 (pcscd 或 SCardSvr); 启动后这里会自动更新。',
  }),
  card_service_denied: () => ({
    title: '不允许使用智能卡服务',
    why: '本机的权限设置拒绝了当前用户。',
    next: '请让本机管理员开放智能卡服务的权限。',
  }),
  reader_unavailable: (f) => ({
    title: '读卡器不能用',
    why: `${f.reader} 没有回应或已拔出。`,
    next: '请重新插好读卡器。',
  }),
  card_busy: (f) => ({
    title: '卡片正被别的程序使用',
    why: `${f.reader} 里的卡被另一个程序占用。`,
    next: '请关闭那个程序, 再试一次。',
  }),
  card_removed: () => ({
    title: '卡片被取出',
    why: '操作没有做完, 卡就离开了读卡器。',
    next: '请插回卡片, 重新开始。',
  }),
  card_reset: () => ({
    title: '卡片被别的程序复位',
    why: '有程序在同一时刻动了这张卡。',
    next: '请关闭那个程序, 再试一次。',
  }),
  card_mute: () => ({
    title: '卡片没有反应',
    why: '卡片没有回答读卡器。可能插反, 或触点有污渍。',
    next: '请擦净触点, 芯片朝上重新插入。',
  }),
  card_communication: (f) => ({
    title: '与卡片的通信中断',
    why: `读卡器报告 ${f.scard}。`,
    next: '请重新插卡再试; 仍不行请换一个读卡器。',
  }),
  card_unknown: (f) => ({
    title: '不认识这张卡',
    why: `没有找到可用的卡应用 (ATR ${f.atr})。没有向它发送任何密码。`,
    next: '请换一张电子口岸卡。',
  }),
  card_refused: (f) => ({
    title: '卡片拒绝了操作',
    why: `对 ${f.command}, 卡片回答 ${f.status}。`,
    next: '请换一张卡, 或到制卡点检查。',
  }),
  card_malformed: (f) => ({
    title: '卡上的数据读不出来',
    why: `${f.object}: ${f.reason}。`,
    next: '请换一张卡, 或到制卡点检查。',
  }),
  card_changed: () => ({
    title: '卡片已换成另一张',
    why: '现在的证书与您核对过的不是同一张, 所以没有签署, 也没有用密码。',
    next: '请插回原来的卡, 重新核对。',
  }),
  token_gone: () => ({
    title: '卡片已不在读卡器里',
    why: '核对之后卡片被取出或重新插过。',
    next: '请插好卡片, 重新核对。',
  }),
  key_missing: () => ({
    title: '卡上没有这张证书的密钥',
    why: '有证书而没有对应的密钥, 不能签署。',
    next: '请选另一张证书, 或换一张卡。',
  }),
  library_missing: (f) => ({
    title: '驱动文件不在了',
    why: `没有找到 ${f.library}, 可能被卸载或移走了。`,
    next: '请重新安装银行的控件, 再重新查找。',
  }),
  library_refused: (f) => {
    const { title, why, next } = libraryFlaws[f.reason] ?? {
      title: '驱动没有被加载',
      why: '原因不在清单里。',
      next: '请向银行确认驱动文件。',
    };
    return { title, why: f.library ? `${f.library}: ${why}` : why, next };
  },
  library_timeout: (f) => ({
    title: '驱动没有回答',
    why: `${f.library} 在${during(f.call)}时停了 ${f.seconds} 秒, 已结束它的进程。${spent(f.call)}`,
    next: '请拔下 UKey 再插上, 然后再试。',
  }),
  library_crashed: (f) => ({
    title: '驱动崩溃了',
    why: `${f.library} 在${during(f.call)}时异常退出。它在单独的进程里, 通关没有受影响。${spent(f.call)}`,
    next: '请再试一次; 再次出现请重装银行的控件。',
  }),
  library_lied: (f) => ({
    title: '驱动的回答不可信',
    why: `${f.library} 在${during(f.call)}时给出不可能的回答, 已结束它的进程。${spent(f.call)}`,
    next: '请重装银行的控件, 或去银行网页办理。',
  }),
  library_failed: (f) => ({
    title: '驱动报告失败',
    why: `${f.library} 对 ${f.call} 回答 ${f.answer}。`,
    next: '请拔下 UKey 再插上再试; 仍不行请去银行网页办理。',
  }),
  library_silent: (f) => ({
    title: '驱动没有说明原因',
    why: `${f.library} 在 ${f.call} 时只报告 ${f.answer}, 没有说为什么。这一次可能已占用一次密码机会。`,
    next: '请先用银行的工具看清剩余次数, 再决定是否重试。',
  }),
  pin_format: (f) => ({
    title: `卡密码应为 ${f.min} 至 ${f.max} 位`,
    why: '只能用数字、字母和常用符号。没有送给卡片, 不占次数。',
    next: '请重新输入。',
  }),
  pin_wrong: (f) => ({
    title: f.tries_left == null ? '卡密码不对' : `卡密码不对, 还可以再试 ${f.tries_left} 次`,
    why: '没有自动重试。连续输错会锁卡, 锁卡须到制卡点办理。',
    next: '请想清楚再输入。',
  }),
  pin_last_try: () => ({
    title: '只剩最后一次',
    why: '再输错就会锁卡。没有送给卡片, 不占次数。',
    next: '确定记得密码, 请先勾选确认, 再签署。',
  }),
  pin_locked: () => ({
    title: '卡密码已锁定',
    why: '连续输错的次数到了上限, 卡片不再接受密码。',
    next: '请到制卡点解锁; 现在可换另一张卡。',
  }),
  pin_not_set: () => ({
    title: '要先设好密码',
    why: 'UKey 的密码还没有设置, 或要求先改掉初始密码。',
    next: '请用银行的工具设好密码, 再来认证。',
  }),
  certificate_malformed: (f) => ({
    title: '证书读不出来',
    why: `证书内容不合规范 (${f.reason})。`,
    next: '请换一张卡, 或到制卡点检查。',
  }),
  certificate_not_yet_valid: (f) => ({
    title: '证书还没生效',
    why: `证书从 ${f.from?.slice(0, 10)} 起有效。`,
    next: '请先核对本机日期; 日期无误就换一张卡。',
  }),
  certificate_expired: (f) => ({
    title: '证书已过期',
    why: `证书在 ${f.until?.slice(0, 10)} 到期。`,
    next: '请更新证书, 或换一张卡。',
  }),
  certificate_usage: () => ({
    title: '这张证书不能用于签名',
    why: '发证时没有给它签名的用途。',
    next: '请选卡上的签名证书, 或换一张卡。',
  }),
  certificate_other_company: (f) => ({
    title: '卡片不是本企业的',
    why: `卡的组织机构代码是 ${f.certificate}, 账号的是 ${f.account}。`,
    next: '请换本企业的卡, 或用这家企业的账号登录。',
  }),
  certificate_other_bank: (f) => ({
    title: '不是这家银行的证书',
    why: `证书由 ${f.issuer} 签发, 不是所选银行的发证机构。`,
    next: '请换这家银行的 UKey, 或改选发这个 UKey 的银行。',
  }),
  certificate_not_port: (f) => ({
    title: '不是电子口岸的 UKey',
    why: `证书由 ${f.issuer} 签发, 不是电子口岸签发的。银行 UKey 不能用来登录。`,
    next: '请换电子口岸的 UKey; 用银行 UKey 请走银行 UKey 认证。',
  }),
  certificate_without_company: () => ({
    title: '证书里没有组织机构代码',
    why: '看不出它属于哪家企业。',
    next: '请换一张电子口岸的企业卡。',
  }),
  algorithm_unsupported: (f) => ({
    title: '不支持这种算法',
    why: `证书用的算法是 ${f.oid}。`,
    next: '请换一张卡。',
  }),
  signature_invalid: () => ({
    title: '卡片的签名没有通过核验',
    why: '签名与证书对不上, 所以没有提交。',
    next: '请换一张卡; 仍出现请到制卡点检查。',
  }),
  portal_address: (f) => ({
    title: '平台地址不能用',
    why: `${flaw('portal', f.reason)}。`,
    next: '请填写如 https://portal.example.cn 的地址。',
  }),
  portal_unreachable: () => ({
    title: '连不上平台',
    why: '网络不通, 或平台没有开启。',
    next: '请检查网络, 再试一次。',
  }),
  portal_timeout: () => ({
    title: '平台没有及时回答',
    why: '等待已超过时限。',
    next: '请再试一次。重复提交同一份证明不会重复登记。',
  }),
  portal_tls: () => ({
    title: '与平台的连接不可信',
    why: '平台的服务器证书没有通过核验, 所以什么都没有发送。',
    next: '请核对平台地址, 并告知本单位的网络管理员。',
  }),
  portal_answer: (f) => ({
    title: '看不懂平台的回答',
    why: `${
      {
        too_large: '回答过大',
        not_json: '回答不是约定的格式',
        malformed: '回答缺少内容',
        redirect: '回答要转到别的地址',
        unexpected_status: '回答的状态不在约定之内',
      }[f.reason] ?? '回答不合约定'
    }。`,
    next: '请核对平台地址, 再试一次。',
  }),
  portal_failing: (f) => ({
    title: '平台暂时办不了',
    why: `平台报告状态 ${f.status}。`,
    next: '请稍后再试。',
  }),
  sign_in_refused: () => ({
    title: '账号或密码不对',
    why: '平台没有说是哪一个不对。',
    next: '请核对后重新输入。',
  }),
  sign_in_delayed: (f) => ({
    title: '登录次数太多',
    why: `连续输错后要等一会儿。平台要求等待${waiting(f.seconds)}。`,
    next: '请过后再试, 这里会倒计时。',
  }),
  captcha_wrong: () => ({
    title: '验证码不对或已失效',
    why: '每个验证码只能用一次, 几分钟内有效。',
    next: '已经换了一个, 请照新的填写, 再输入密码。',
  }),
  sign_in_locked: (f) => ({
    title: '账号暂时锁定',
    why: `密码连续输错次数太多。还要等${waiting(f.seconds)}。`,
    next: '请过后再试; 忘了密码请找企业管理员或平台客服。',
  }),
  card_not_bound: () => ({
    title: '这张卡还没有绑定账号',
    why: '平台不知道它属于哪个账号。用它做过 IC 卡认证, 才会绑定。',
    next: '请先用账号和密码登录, 再到认证中心用这张卡认证一次。',
  }),
  session_ended: () => ({
    title: '登录已失效',
    why: '离上次操作太久, 或在别处退出了。',
    next: '请重新登录。',
  }),
  proof_refused: (f) =>
    refusals[f.reason] ?? { title: '平台没有接受证明', why: '平台给出的原因不在清单里。', next: '请联系平台客服。' },
  data_refused: (f) =>
    refusalsData[f.reason] ??
    refusals[f.reason] ?? {
      title: '平台没有接受所填的资料',
      why: '平台给出的原因不在清单里。',
      next: '请联系平台客服。',
    },
  record_changed: () => ({
    title: '资料刚被别人改过',
    why: '您打开之后, 有人先保存了。您填的都还在, 也没有覆盖任何内容。',
    next: '请看清有哪些不同, 再保存一次。',
  }),
  too_often: (f) => ({
    title: '操作太频繁',
    why: `平台要求等待${waiting(f.seconds)}。`,
    next: '请过后再试。',
  }),
  not_allowed: () => ({
    title: '您的账号没有这项权限',
    why: '这件事要企业管理员, 或有这项权限的操作员来做。',
    next: '请让企业管理员在“我的操作员”里给您权限。',
  }),
  register_unavailable: (f) => ({
    title: `${REGISTERS[f.register] ?? '外部系统'}暂时没有回答`,
    why: '平台要向它核对, 现在等不到结果。您填的都还在。',
    next: '请稍后再试一次, 不会重复登记。',
  }),
  bank_unknown: (f) => ({
    title: '不认识这家银行',
    why: `目录或平台里没有这家银行 (${f.bank})。`,
    next: '请选另一家银行。',
  }),
  bank_page_absent: () => ({
    title: '不知道这家银行的认证网页',
    why: '目录里没有写它的地址。',
    next: '请用 UKey 在这里签署。',
  }),
  browser_unavailable: () => ({
    title: '打不开浏览器',
    why: '系统没有找到能打开网页的浏览器。',
    next: '请复制地址, 自己在浏览器里打开。',
  }),
  file_unusable: (f) => ({
    title: `${slots[f.slot] ?? '这个文件'}不能用`,
    why: fileFlaws[f.reason]?.why ?? '内容不符合要求。',
    next: fileFlaws[f.reason]?.next ?? '请另选一个文件。',
  }),
  statement_malformed: (f) => ({
    title: '声明内容不合规范',
    why: `${field(f.field)}: ${flaw(f.field, f.reason)}。不清楚的内容不会拿给您签。`,
    next: '请联系平台客服。',
  }),
  challenge_expired: () => ({
    title: '声明过了有效期',
    why: '每份声明只有两分钟左右。',
    next: '请重新取得一份声明。',
  }),
  challenge_mismatch: (f) => ({
    title: '平台给的声明对不上',
    why: `声明里的${field(f.field)}与这次认证不符, 所以没有签署。`,
    next: '请核对平台地址, 并联系平台客服。',
  }),
  proof_malformed: (f) => ({
    title: '这不是一份签署的声明',
    why: `文件内容不合规范 (${f.reason})。`,
    next: '请换一份文件。',
  }),
  journal_unavailable: (f) => ({
    title: '记录写不进去',
    why: `没有记录就不签署 (${f.reason})。`,
    next: '请检查磁盘空间和文件夹权限。',
  }),
  journal_broken: (f) => ({
    title: f.row == null ? '记录被改动过' : `第 ${f.row} 条记录被改动过`,
    why: '从这一条起, 记录与它的校验值对不上。',
    next: '请保留现场, 并告知本单位的信息安全负责人。',
  }),
  file_unwritable: (f) => ({
    title: '文件保存不了',
    why: `写入失败 (${f.reason})。`,
    next: '请检查磁盘空间和文件夹权限, 再试一次。',
  }),
  keyring_unavailable: (f) => ({
    title: '用不了系统的密钥环',
    why: `登录信息没有地方保存 (${f.reason}), 只在程序运行期间有效。`,
    next: '可以照常使用; 关闭程序后要重新登录。',
  }),
  input_invalid: (f) => ({
    title: `${f.field == null ? '填写的内容' : field(f.field)}不能用`,
    why: `${flaw(f.field, f.reason)}。`,
    next: '请改正后再试。',
  }),
  flow_busy: () => ({
    title: '另一次认证正在进行',
    why: '同一时刻只能做一次认证。',
    next: '请等它结束, 或先取消它。',
  }),
  flow_not_there: () => ({
    title: '这一步已经不在了',
    why: '认证已结束或已取消。',
    next: '请重新开始。',
  }),
  cancelled: () => ({
    title: '已取消',
    why: '您取消了这次认证, 没有提交任何东西。',
    next: '需要时可重新开始。',
  }),
  defect: (f) => ({
    title: '程序出了差错',
    why: `这是程序的缺陷, 不是您的操作 (${f.place})。`,
    next: '请退出后重新打开; 再次出现请告知我们。',
  }),
};

/** The same faults, told of a UKey. */
export const faultsUkey: Partial<FaultWords> = {
  card_not_bound: () => ({
    title: '这个 UKey 还没有绑定账号',
    why: '平台不知道它属于哪个账号。',
    next: '请先用账号和密码登录。',
  }),
  reader_unavailable: (f) => ({
    title: 'UKey 不能用',
    why: `${f.reader} 没有回应或已拔出。`,
    next: '请拔下 UKey 再插上。',
  }),
  card_busy: (f) => ({
    title: 'UKey 正被别的程序使用',
    why: `${f.reader} 被另一个程序占用, 例如网银。`,
    next: '请关闭那个程序, 再试一次。',
  }),
  card_removed: () => ({
    title: 'UKey 被拔出',
    why: '操作没有做完, UKey 就被拔下了。',
    next: '请插回 UKey, 重新开始。',
  }),
  card_reset: () => ({
    title: 'UKey 被别的程序复位',
    why: '有程序在同一时刻动了这个 UKey。',
    next: '请关闭那个程序, 再试一次。',
  }),
  card_mute: () => ({
    title: 'UKey 没有反应',
    why: 'UKey 没有回答驱动。可能没有插紧。',
    next: '请拔下 UKey, 换一个 USB 口插上。',
  }),
  card_communication: (f) => ({
    title: '与 UKey 的通信中断',
    why: `驱动报告 ${f.scard}。`,
    next: '请拔下 UKey 再插上; 仍不行请换一个 USB 口。',
  }),
  card_unknown: (f) => ({
    title: '不认识这个 UKey',
    why: `没有找到可用的应用 (ATR ${f.atr})。没有向它发送任何密码。`,
    next: '请换一个 UKey。',
  }),
  card_refused: (f) => ({
    title: 'UKey 拒绝了操作',
    why: `对 ${f.command}, UKey 回答 ${f.status}。`,
    next: '请换一个 UKey, 或到银行检查。',
  }),
  card_malformed: (f) => ({
    title: 'UKey 上的数据读不出来',
    why: `${f.object}: ${f.reason}。`,
    next: '请换一个 UKey, 或到银行检查。',
  }),
  card_changed: () => ({
    title: 'UKey 已换成另一个',
    why: '现在的证书与您核对过的不是同一张, 所以没有签署, 也没有用密码。',
    next: '请插回原来的 UKey, 重新核对。',
  }),
  token_gone: () => ({
    title: 'UKey 已不在',
    why: '核对之后 UKey 被拔出或重新插过。',
    next: '请插好 UKey, 重新核对。',
  }),
  key_missing: () => ({
    title: 'UKey 上没有这张证书的密钥',
    why: '有证书而没有对应的密钥, 不能签署。',
    next: '请选另一张证书, 或换一个 UKey。',
  }),
  pin_format: (f) => ({
    title: `UKey 密码应为 ${f.min} 至 ${f.max} 位`,
    why: '只能用数字、字母和常用符号。没有送给 UKey, 不占次数。',
    next: '请重新输入。',
  }),
  pin_wrong: (f) => ({
    title: f.tries_left == null ? 'UKey 密码不对' : `UKey 密码不对, 还可以再试 ${f.tries_left} 次`,
    why: '没有自动重试。连续输错会锁住 UKey, 须到银行柜台办理。',
    next: '请想清楚再输入。',
  }),
  pin_last_try: () => ({
    title: '只剩最后一次',
    why: '再输错就会锁住 UKey。没有送给 UKey, 不占次数。',
    next: '确定记得密码, 请先勾选确认, 再签署。',
  }),
  pin_locked: () => ({
    title: 'UKey 密码已锁定',
    why: '连续输错的次数到了上限, UKey 不再接受密码。',
    next: '请到银行柜台解锁; 现在可换另一个 UKey。',
  }),
  certificate_malformed: (f) => ({
    title: '证书读不出来',
    why: `证书内容不合规范 (${f.reason})。`,
    next: '请换一个 UKey, 或到银行检查。',
  }),
  certificate_not_yet_valid: (f) => ({
    title: '证书还没生效',
    why: `证书从 ${f.from?.slice(0, 10)} 起有效。`,
    next: '请先核对本机日期; 日期无误就换一个 UKey。',
  }),
  certificate_expired: (f) => ({
    title: '证书已过期',
    why: `证书在 ${f.until?.slice(0, 10)} 到期。`,
    next: '请到银行更新证书, 或换一个 UKey。',
  }),
  certificate_usage: () => ({
    title: '这张证书不能用于签名',
    why: '发证时没有给它签名的用途。',
    next: '请选 UKey 上的签名证书, 或换一个 UKey。',
  }),
  certificate_other_company: (f) => ({
    title: 'UKey 不是本企业的',
    why: `证书的组织机构代码是 ${f.certificate}, 账号的是 ${f.account}。`,
    next: '请换本企业的 UKey, 或用这家企业的账号登录。',
  }),
  certificate_without_company: () => ({
    title: '证书里没有组织机构代码',
    why: '看不出它属于哪家企业。',
    next: '请换本企业对公账户的 UKey, 或去银行网页办理。',
  }),
  algorithm_unsupported: (f) => ({
    title: '不支持这种算法',
    why: `证书或驱动用的算法是 ${f.oid}。`,
    next: '请换一个 UKey, 或去银行网页办理。',
  }),
  signature_invalid: () => ({
    title: 'UKey 的签名没有通过核验',
    why: '签名与证书对不上, 所以没有提交。',
    next: '请再试一次; 仍出现请换一个 UKey, 或去银行网页办理。',
  }),
};
