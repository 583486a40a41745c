// Refusals that the company register stands behind: the Single Window has ways on for them.
import type { Fault } from '../../host';

const REASONS: string[] = ['enterprise_not_found', 'enterprise_mismatch', 'legal_person_mismatch'];

export const byRegister = (fault: Fault | null): boolean =>
  fault?.code === 'data_refused' && REASONS.includes(fault.reason);
