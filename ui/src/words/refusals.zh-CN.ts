import type { RefusalWords } from './index';
import { refusalsOfPlatforms } from './refusals.platforms.zh-CN';

export const refusals: RefusalWords = {
  cert_expired: { title: '平台说证书已过期', why: '这张卡的证书过了有效期。', next: '请更新证书, 或换一张卡。' },
  cert_revoked: { title: '平台说证书已吊销', why: '发证机构已把这张证书作废。', next: '请换一张卡, 或到制卡点补办。' },
  cert_untrusted: {
    title: '平台不认这张证书的发证机构',
    why: '证书不是平台信任的机构签发的。',
    next: '请换一张电子口岸卡。',
  },
  cert_other_enterprise: {
    title: '卡片不是本企业的',
    why: '卡里的组织机构代码与账号所属企业不一致。',
    next: '请换本企业的卡。',
  },
  signature_invalid: {
    title: '平台核验签名没有通过',
    why: '证明在路上可能被改动。',
    next: '请重新认证; 再次出现请联系平台客服。',
  },
  challenge_expired: { title: '声明过了有效期', why: '提交时已超过声明写明的时间。', next: '请重新取得一份声明。' },
  challenge_reused: { title: '这份声明已经用过', why: '每份声明只能用一次。', next: '请重新取得一份声明。' },
  card_already_bound: {
    title: '这张卡已绑定别的账号',
    why: '一张卡只能认证一个账号。',
    next: '请换一张卡, 或先在原账号解绑。',
  },
  id_duplicate: {
    title: '证件号已被登记',
    why: '同一企业内一个证件号只能用一次。',
    next: '请核对持卡人, 或换一张卡。',
  },
  enterprise_not_found: {
    title: '平台查不到这家企业',
    why: '平台的登记里没有账号所属的企业。',
    next: '请联系平台客服补登企业信息。',
  },
  legal_person_mismatch: { title: '法定代表人不一致', why: '所填与登记的不符。', next: '请核对后再试。' },
  validity_mismatch: { title: '证件有效期不一致', why: '所填与登记的不符。', next: '请核对证件上的有效期。' },
  sms_wrong: { title: '验证码不对', why: '输入的与发出的不符。', next: '请核对后再输一次。' },
  sms_too_many: {
    title: '这个验证码试错太多次',
    why: '一个验证码最多试 5 次, 它已经作废。',
    next: '请重新获取验证码; 收不到可换一种认证方式。',
  },
  sms_expired: {
    title: '验证码过了有效期',
    why: '验证码 5 分钟内有效, 重新获取后旧的也作废。',
    next: '请重新获取验证码。',
  },
  enterprise_mismatch: {
    title: '企业信息与登记的不一致',
    why: '名称、统一社会信用代码或组织机构代码与登记机关的不符。',
    next: '请按营业执照核对后再试。',
  },
  too_many_changes: {
    title: '一次改得太多',
    why: '企业名称、统一社会信用代码、组织机构代码三项中, 一次最多改两项。',
    next: '请保留一项不改。',
  },
  not_in_ctid: {
    title: '可信身份认证平台里没有这个人',
    why: '姓名、证件号和有效期都填对, 也可能还没有收录。',
    next: '请用手机上的 CTID APP 开通后再试, 或改用银行卡认证。',
  },
  bank_card_mismatch: {
    title: '银行卡信息没有通过核验',
    why: '姓名、证件号、卡号和预留手机号要与银行登记的全部一致。',
    next: '请核对后再试, 只能用本人的银行卡。',
  },
  name_taken: {
    title: '这个账号名已有人用',
    why: '一个账号名只能用于一个账号。',
    next: '请换一个。',
  },
  contact_taken: {
    title: '这个手机号码或邮箱已用于另一个账号',
    why: '一个手机号码、一个邮箱各只能用于一个账号。',
    next: '请换一个; 或先在另一个账号里改用别的。',
  },
  ...refusalsOfPlatforms,
};

/** The same refusals, of data that was typed rather than of a card. */
export const refusalsData: Partial<RefusalWords> = {
  id_duplicate: {
    title: '证件号码已被本企业的另一个账号使用',
    why: '一个企业下的所有账号, 证件号码不能重复。',
    next: '请核对证件号码; 仍有疑问请找企业管理员。',
  },
  enterprise_not_found: {
    title: '登记机关查不到这家企业',
    why: '按所填的统一社会信用代码没有查到。',
    next: '请到国家企业信用信息公示系统核对, 再改正。',
  },
  legal_person_mismatch: {
    title: '法定代表人信息没有通过核验',
    why: '姓名、证件类型和证件号码须与市场监督管理部门 (事业单位为相关机构) 备案的一致。',
    next: '请核对后重新填写。',
  },
  validity_mismatch: {
    title: '身份证有效期没有通过核验',
    why: '姓名、号码、起始日期和截止日期必须全部正确, 长期有效的要勾选长期。',
    next: '请对照证件检查; 确认无误可开通 CTID 后再试, 或改用银行卡认证。',
  },
};

/** The same refusals, of a proof by UKey or of a visit to the bank. */
export const refusalsUkey: Partial<RefusalWords> = {
  cert_expired: {
    title: '平台说证书已过期',
    why: '这个 UKey 的证书过了有效期。',
    next: '请到银行更新证书, 或换一个 UKey。',
  },
  cert_revoked: {
    title: '平台说证书已吊销',
    why: '银行已把这张证书作废。',
    next: '请换一个 UKey, 或到银行柜台补办。',
  },
  cert_untrusted: {
    title: '平台不认这张证书的发证机构',
    why: '证书不是所选银行的发证机构签发的。',
    next: '请核对所选的银行, 或换这家银行的 UKey。',
  },
  cert_other_enterprise: {
    title: 'UKey 不是本企业的',
    why: '证书里的组织机构代码与账号所属企业不一致。',
    next: '请换本企业的 UKey。',
  },
  challenge_expired: {
    title: '过了有效期',
    why: '结果到得太晚, 这次认证已经作废。',
    next: '请重新开始。',
  },
  card_already_bound: {
    title: '这个 UKey 已绑定别的账号',
    why: '一个 UKey 只能认证一个账号。',
    next: '请换一个 UKey, 或先在原账号解绑。',
  },
  id_duplicate: {
    title: '证件号已被登记',
    why: '同一企业内一个证件号只能用一次。',
    next: '请核对持有人, 或换一个 UKey。',
  },
  enterprise_not_found: {
    title: '银行查不到这家企业',
    why: '所选银行没有账号所属企业的对公账户。',
    next: '请改选开户银行, 或向银行确认。',
  },
};
