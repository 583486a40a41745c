// Pictures and files: what they are of, and why one is not taken.
import type { FileFlaw, Slot } from '../host';
import { PICKED, SENT } from './bounds';

export const slots: Record<Slot, string> = {
  id_front: '身份证人像面',
  id_back: '身份证国徽面',
  letter: '授权书扫描件',
  face: '人脸照片',
};

export const fileFlaws: Record<FileFlaw, { why: string; next: string }> = {
  empty: { why: '文件是空的。', next: '请重新选择文件。' },
  too_large: {
    why: `图片超过 ${PICKED}, 或缩小后仍超过 ${SENT}; PDF 超过 ${SENT}。`,
    next: '请换小一些的, 或用手机拍一张。',
  },
  type: { why: '内容不是这里能收的格式, 与文件名无关。', next: '照片请用 JPEG 或 PNG, 授权书也可用 PDF。' },
  too_many_pixels: { why: '像素超过 5000 万。', next: '请用普通清晰度重拍或重新扫描。' },
  too_small: { why: '不到 640 × 400 像素, 看不清文字。', next: '请靠近一些重拍。' },
  damaged: { why: '文件不完整, 或内容与格式不符。', next: '请重新拍照或扫描后再选。' },
  active_content: {
    why: 'PDF 里带有脚本、附件、表单、链接或会自动打开的内容, 或可能藏有这些。',
    next: '请打印盖章后扫描成新的 PDF 或照片。',
  },
  locked: { why: 'PDF 设了密码。', next: '请另存一份不带密码的。' },
};
