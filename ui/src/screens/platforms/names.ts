// Platforms, paths, steps and ways as they are told: by the words, else by the description, else by their own name.
import type { Field, Platform, PlatformId, ProcedureReceipt, StepId, StepState, WayId } from '../../host';
import type { Words } from '../../words';

export const platformName = (platform: Platform | undefined, id: PlatformId, words: Words): string =>
  (words.language === 'zh-CN' ? platform?.name : platform?.english) ?? platform?.name ?? id;

export const pathName = (id: string, { platforms }: Words): string => platforms.paths[id]?.name ?? id;

/** The same step may be called otherwise on another platform. */
export const stepName = (platform: PlatformId, step: StepId, { platforms }: Words): string =>
  platforms.steps[`${platform} ${step}`] ?? platforms.steps[step] ?? step;

export const wayName = (id: WayId, { platforms }: Words): string => platforms.ways[id]?.name ?? id;

export const fieldName = (step: StepId, field: Field, { platforms, fields }: Words): string =>
  platforms.labels[`${step} ${field}`] ?? fields[field] ?? field;

/** The ways that were chosen, or the path where there was nothing to choose. */
export const wayOf = (receipt: ProcedureReceipt, words: Words): string =>
  receipt.ways.length > 0 ? receipt.ways.map((way) => wayName(way, words)).join(' · ') : pathName(receipt.path, words);

export const noticeTitle = (id: string, { platforms }: Words): string => platforms.notices[id]?.title ?? id;

/** Whether what lies ahead depends on a choice that is still to be made. */
export function isOpenEnded(steps: StepState[], platform: Platform | undefined): boolean {
  const last = steps.at(-1);
  if (!last || last.state === 'passed') return false;
  return platform?.step.find(({ id }) => id === last.step)?.kind === 'choose';
}
