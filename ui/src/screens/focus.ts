/** Whether the focus is where it was, or nowhere: somebody who types elsewhere by now is not to be moved. */
export const stillAt = (there: Element | null): boolean =>
  document.activeElement === there || document.activeElement === document.body;
