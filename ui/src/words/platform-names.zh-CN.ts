// The platforms' own words, by their names in the descriptions. One that is missing here still shows: by the name in
// the description, or as it is called there.

/** What a path certifies with, and what one needs for it. */
export type PathName = { name: string; needs: string };
export type WayName = { name: string; needs: string; takes: string };
export type Asked = { ask: string; tell: string };
export type About = { about: string; help?: { title: string; items: Asked[] } };

export const abouts = {
  ningbo: {
    about: '在宁波产权交易中心交易用。个人和企业分别认证。',
    help: {
      title: '正向打款和反向打款有什么不同',
      items: [
        { ask: '正向打款', tell: '平台向贵司对公账户打一笔 1 元以下的随机金额, 您把金额填回来。' },
        { ask: '反向打款', tell: '贵司用对公账户向平台账户打 0.01 元, 付款户名与企业名称一致就算到账。' },
        { ask: '两种都要', tell: '上传盖章的授权书, 由平台人员审核。打款和授权书都通过, 认证才完成。' },
      ],
    },
  },
  beijing: {
    about: '在北京设立企业用。递交书面材料前, 下列人员都要用自己的账号完成实名认证。',
    help: {
      title: '两种方式怎么选',
      items: [
        { ask: '网页认证', tell: '有带银联标识的银行卡, 预留手机在手边: 填卡号, 收验证码, 上传身份证两面。' },
        { ask: '手机 App 认证', tell: '有身份证原件: 用“北京e窗通”App 拍两面, 再按提示做几个动作。' },
      ],
    },
  },
  henan: {
    about: '在河南登记注册用。一人一事一认证: 每提交一笔业务, 涉及的每个人都要签名并认证一次。',
    help: {
      title: '技术支持和常见问题',
      items: [
        { ask: '用什么核验', tell: '目前只支持支付宝“登记注册身份验证”小程序, 不支持微信和其他应用。' },
        { ask: '支持哪些证件', tell: '居民身份证、华侨持用的护照、港澳通行证。' },
        { ask: '对手机的要求', tell: '安卓 4.3 及以上, 或 iOS 11 及以上。' },
        { ask: '怎么打开小程序', tell: '用支付宝扫二维码, 或在支付宝里搜索“登记注册身份验证”。不需要注册。' },
        { ask: '要核验什么', tell: '本人人像; 用身份证的, 还要核验本人的银行卡。' },
        { ask: '身份验证失败', tell: '姓名或身份证号码填错, 或不是本人的支付宝。请核对后由本人再试。' },
        { ask: '人像比对没有通过', tell: '不是本人、照片差异太大, 或光线暗、像素低。请换光线好的地方或像素高的手机。' },
        { ask: '提示验证失败', tell: '请稍后重试, 或重启支付宝后再试。' },
        { ask: '仍有问题', tell: '用微信关注公众号“你呼我应”, 选“登记注册自然人身份验证系统”, 在线获得技术支持。' },
      ],
    },
  },
} satisfies Record<string, About>;

export const paths = {
  person: { name: '个人实名认证', needs: '账号绑定的手机, 再从手机号、人脸、银行卡里选一种。' },
  company_legal: {
    name: '企业实名认证 (法定代表人办)',
    needs: '营业执照上的信息; 法定代表人的手机, 或对公账户和公章。',
  },
  company_other: {
    name: '企业实名认证 (经办人办)',
    needs: '营业执照上的信息; 法定代表人在手机上授权, 或对公账户和公章。',
  },
  web: { name: '网页认证 (银行卡)', needs: '身份证、本人的银联卡、银行预留的手机, 身份证两面的照片。' },
  app: { name: '手机 App 认证', needs: '身份证原件, 和装有“北京e窗通”App 的手机。' },
  matter: { name: '登记事项的签名和认证', needs: '涉及的每个人的姓名、证件和手机。' },
} satisfies Record<string, PathName>;

/** The platform's own app. */
export const apps = { beijing: '北京e窗通' } satisfies Record<string, string>;

/** What to do on the phone, by the path that it walks. */
export const phones = {
  beijing_app: [
    '打开“北京e窗通”App, 点“身份确认”, 再扫码。',
    '填手机号码和验证码, 拍身份证两面, 按提示做动作。',
    '通过后这里会自动继续。',
  ],
  henan_sign: ['打开“掌上登记”App 扫码。', '看完文档, 刷脸, 手写签名。', '完成后这里会自动更新。'],
  henan_certify: [
    '打开支付宝扫码, 进入“登记注册身份验证”。',
    '按提示核验身份, 再确认这件事并签名。',
    '完成后这里会自动更新。',
  ],
} satisfies Record<string, string[]>;

/** `platform step` goes before `step`. */
export const steps = {
  authorise: '应用授权',
  way: '选择认证方式',
  phone: '手机号认证',
  face: '人脸识别',
  scan_alipay: '支付宝刷脸',
  scan_quick: '快捷刷脸',
  bank_card: '银行卡认证',
  authorise_company: '应用授权',
  organisation: '组织信息核验',
  company_way: '选择认证方式',
  scan_alipay_quick: '法人快捷认证',
  legal_way: '法定代表人认证',
  legal_face: '法定代表人刷脸',
  legal_scan_alipay: '支付宝刷脸',
  legal_scan_quick: '快捷刷脸',
  legal_phone: '法定代表人手机号',
  direction: '选择打款方式',
  company_account: '对公账户',
  forward: '正向打款',
  reverse: '反向打款',
  authorise_other: '应用授权',
  organisation_other: '组织信息核验',
  other_way: '选择认证方式',
  authorisation: '法人授权认证',
  alipay_face: '刷脸',
  quick_face: '刷脸',
  alipay_consent: '同意授权',
  alipay_quick_face: '刷脸',
  legal_number: '补充证件号码',
  legal_letter: '查看授权书',
  legal_letter_face: '刷脸',
  legal_signature: '签署授权书',
  bank_account: '银行账户认证',
  phone_code: '手机验证',
  id_pictures: '上传身份证件',
  scan_app: '用 App 扫码',
  app_phone: '填写手机号码',
  app_code: '手机验证',
  app_pictures: '拍摄身份证',
  app_face: '活体检测',
  materials: '填写事项',
  people: '签名和认证',
  read_document: '查看文档',
  sign_face: '刷脸',
  sign_document: '手写签名',
  identity: '填写身份信息',
  consent: '同意协议',
  first_face: '人脸核验',
  own_card: '本人银行卡',
  photo: '确认照片',
  pending: '待办事项',
  details: '业务确认',
  second_face: '再次刷脸',
  signature: '手写签名',
} satisfies Record<string, string>;

/** What to know before a step is filled in. */
export const tells = {
  phone: '手机号码必须是用本人身份证办理的。',
  face: '先核验姓名和身份证号码, 再用手机扫码刷脸。',
  bank_card: '手机号码请填办理银行卡时预留的。',
  organisation: '企业名称是从企业信息带来的, 可以修改。请按营业执照填写。',
  organisation_other:
    '企业名称是从企业信息带来的, 可以修改。请按营业执照填写。法定代表人的身份证号码可以先不填, 由他在手机上补。',
  legal_face: '先核验法定代表人的身份证号码, 再由他用手机扫码刷脸。',
  legal_phone: '手机号码必须是法定代表人在运营商办理的。',
  company_account: '账户的户名须与企业名称一致。开户银行可按名称、城市或联行号查找。',
  bank_account: '请用带银联标识的银行卡。没有在银行预留手机, 或忘记了号码, 请联系发卡行。',
  id_pictures: '请拍身份证原件: 放平, 四角都在画面里, 字迹清楚, 没有反光。',
  materials: '事项的名称会显示给每个要签名和认证的人。',
} satisfies Record<string, string>;

/** A field that has a name of its own within a step: `step field`. */
export const labels = {
  'phone phone': '本人手机号码',
  'bank_card phone': '银行预留手机号',
  'bank_account phone': '银行预留手机号',
} satisfies Record<string, string>;

export const ways = {
  phone: { name: '手机号认证', needs: '姓名、身份证号码、本人的手机号', takes: '约 1 分钟' },
  face: { name: '人脸识别', needs: '姓名、身份证号码, 再用手机扫码刷脸', takes: '约 2 分钟' },
  bank_card: { name: '银行卡认证', needs: '姓名、身份证号码、银行卡号、预留手机号', takes: '约 1 分钟' },
  alipay_quick: { name: '法人快捷认证', needs: '法定代表人用本人实名的支付宝扫码、刷脸', takes: '约 2 分钟' },
  legal_representative: { name: '法定代表人认证', needs: '法定代表人的身份证号码, 刷脸或用手机号', takes: '约 2 分钟' },
  transfer: { name: '对公打款认证', needs: '对公账户、盖公章的授权书', takes: '约 1 个工作日' },
  legal_face: { name: '人脸认证', needs: '法定代表人用手机扫码刷脸', takes: '约 2 分钟' },
  legal_phone: { name: '手机号认证', needs: '法定代表人本人在运营商办理的号码', takes: '约 1 分钟' },
  forward: { name: '正向打款', needs: '平台向贵司账户打 1 元以下, 您把金额填回来', takes: '到账后填写' },
  reverse: { name: '反向打款', needs: '贵司向平台账户打 0.01 元', takes: '到账即核对' },
  legal_authorisation: { name: '法人授权认证', needs: '法定代表人扫码, 或点短信里的链接签授权书', takes: '约 3 分钟' },
} satisfies Record<string, WayName>;

export const banks = {
  boc: '中国银行',
  ccb: '中国建设银行',
  cmb: '招商银行',
  icbc: '中国工商银行',
  cib: '兴业银行',
  bocom: '交通银行',
  ceb: '中国光大银行',
  abc: '中国农业银行',
  spdb: '浦发银行',
} satisfies Record<string, string>;
