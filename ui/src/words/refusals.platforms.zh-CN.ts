// What the platforms' procedures are refused for.
import type { Refusal } from '../host';
import type { Said } from './index';

export const refusalsOfPlatforms = {
  phone_mismatch: {
    title: '手机号码没有通过核验',
    why: '姓名、身份证号码和手机号码与运营商登记的不一致。',
    next: '请用以本人身份证办理的号码, 或换一种方式认证。',
  },
  face_mismatch: {
    title: '人像比对没有通过',
    why: '采集的人像与登记的照片不像同一个人: 可能不是本人, 也可能变化较大。',
    next: '请本人在光线好的地方再试一次; 仍不通过请换一种方式。',
  },
  picture_quality: {
    title: '照片不清楚',
    why: '太暗、太亮, 或者太小。',
    next: '请在光线好的地方重拍, 让证件占满画面。',
  },
  picture_side: {
    title: '照片的正反面不对',
    why: '这一面应是另一面, 或照片里没有身份证。',
    next: '请看清“人像面”和“国徽面”, 重新选择照片。',
  },
  picture_unreadable: {
    title: '照片上的字读不出来',
    why: '证件上的文字模糊、反光或被遮住。',
    next: '请把证件放平, 避开反光, 重拍一张。',
  },
  picture_mismatch: {
    title: '照片是另一个人的证件',
    why: '照片上的姓名、号码或有效期与前面所填的不一致。',
    next: '请用本人的身份证; 前面填错的, 返回改正。',
  },
  liveness_failed: {
    title: '刷脸动作没有做对',
    why: '做的动作与提示的不一致。',
    next: '请看着提示, 一个一个慢慢做。',
  },
  holder_mismatch: {
    title: '不是账号归属人本人',
    why: '所填的人与这个账号的归属人不是同一个人。',
    next: '请由账号归属人本人办理, 或用本人自己的账号。',
  },
  amount_wrong: {
    title: '金额不对',
    why: '填的与打到对公账户的金额不一致。',
    next: '请跟财务核对到账金额后再填。',
  },
  amount_too_many: {
    title: '金额填错的次数太多',
    why: '这一笔打款已经作废, 不能再填。',
    next: '请重新打款, 或换成反向打款。',
  },
  account_mismatch: {
    title: '对公账户没有通过核验',
    why: '这个账户不在, 或不是本企业的。户名须与企业名称一致。',
    next: '请核对账号和开户银行后再试。',
  },
  letter_refused: {
    title: '授权书没有通过审核',
    why: '审核人员退回了授权书。',
    next: '请按退回的原因重新盖章、扫描, 再上传一次。',
  },
  ticket_expired: {
    title: '二维码过期了',
    why: '二维码只在一小段时间内有效。',
    next: '请取一个新的二维码, 再扫一次。',
  },
  ticket_used: {
    title: '二维码已经用过',
    why: '一个二维码只能由一部手机打开一次。',
    next: '请取一个新的二维码, 由要办理的人来扫。',
  },
  phone_cancelled: {
    title: '手机上取消了',
    why: '扫码的人在手机上选了不继续。',
    next: '要继续办, 请取一个新的二维码再扫。',
  },
  person_unknown: {
    title: '没有等这个人办的事项',
    why: '近 7 天的事项里, 没有用这个姓名和证件号码登记的人。',
    next: '请核对姓名和证件; 或请经办人把这个人加到事项里。',
  },
  matter_mismatch: {
    title: '这次认证属于另一件事',
    why: '一人一事一认证: 一次认证只对一件事有效。',
    next: '请为这件事重新认证一次。',
  },
  duties_missing: {
    title: '还有人没有办完',
    why: '有人没有签名, 或没有实名认证。',
    next: '请等每个人两项都完成, 再提交。',
  },
  identity_mismatch: {
    title: '姓名和身份证号码没有通过核验',
    why: '两项与人口库登记的不一致。',
    next: '请对照身份证核对后再试。',
  },
} satisfies Partial<Record<Refusal, Said>>;
