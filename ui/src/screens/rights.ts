// Who may do what, only to show or to leave out: the portal decides again.
import type { Profile, Right } from '../host';

export const mayDo = ({ role, rights }: Profile, right: Right): boolean =>
  role === 'administrator' || (role === 'operator' && rights.includes(right));
