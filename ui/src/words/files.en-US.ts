// Pictures and files: what they are of, and why one is not taken.
import type { FileFlaw, Slot } from '../host';
import { PICKED, SENT } from './bounds';

export const slots: Record<Slot, string> = {
  id_front: 'Side of the ID with the face',
  id_back: 'Side of the ID with the emblem',
  letter: 'Scan of the authorisation letter',
  face: 'Picture of the face',
};

export const fileFlaws: Record<FileFlaw, { why: string; next: string }> = {
  empty: { why: 'The file is empty.', next: 'Choose another one.' },
  too_large: {
    why: `A picture has more than ${PICKED}, or more than ${SENT} after shrinking; or a PDF more than ${SENT}.`,
    next: 'Choose a smaller one, or take a picture with a phone.',
  },
  type: {
    why: 'What is in it is of a type that is not taken here, whatever its name says.',
    next: 'Pictures are JPEG or PNG; the letter may be a PDF as well.',
  },
  too_many_pixels: {
    why: 'It has more than 50 million points.',
    next: 'Take or scan it again with an ordinary resolution.',
  },
  too_small: { why: 'Below 640 by 400 points nothing can be read on it.', next: 'Take it again from nearer.' },
  damaged: { why: 'It is cut off, or not what it claims to be.', next: 'Take or scan it again.' },
  active_content: {
    why: 'The PDF carries a script, files, a form, a link or something that opens by itself, or could hide it.',
    next: 'Print and stamp it, and scan it as a new PDF or picture.',
  },
  locked: { why: 'The PDF asks for a password.', next: 'Save it without a password.' },
};
