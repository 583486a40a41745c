// How large a file may be, as the program has it.
import { LARGEST_PICKED, LARGEST_SENT } from '../host/api.gen';

const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;
/** Of a picture, before it is shrunk. */
export const PICKED = megabytes(LARGEST_PICKED);
/** Of what is sent: a shrunk picture, or a PDF as it is. */
export const SENT = megabytes(LARGEST_SENT);
