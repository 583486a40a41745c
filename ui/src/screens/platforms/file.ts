// A file that the user picked, on its way to the program.
import { LARGEST_PICKED, LARGEST_SENT, type FileFlaw, type Slot } from '../../host';

/** A multiple of three bytes is whole in base64. */
const CHUNK = 3 * 64 * 1024;

const PICTURES = ['image/jpeg', 'image/png'];
export const ACCEPTED: Record<Slot, string[]> = {
  id_front: PICTURES,
  id_back: PICTURES,
  face: PICTURES,
  letter: [...PICTURES, 'application/pdf'],
};

/** What can be told before anything is read; the program looks into it. A PDF is sent as it is. */
export function flawOf(file: { size: number; type: string }, slot: Slot): FileFlaw | null {
  if (file.size === 0) return 'empty';
  if (file.size > (file.type === 'application/pdf' ? LARGEST_SENT : LARGEST_PICKED)) return 'too_large';
  // A browser that does not know a type says nothing.
  return file.type === '' || ACCEPTED[slot].includes(file.type) ? null : 'type';
}

type Bytes = Pick<Blob, 'size'> & { slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } };

/** Standard base64, piece by piece: between two of them the window goes on. */
export async function base64(file: Bytes): Promise<string> {
  const pieces: string[] = [];
  for (let at = 0; at < file.size; at += CHUNK) {
    pieces.push(encode(new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer())));
  }
  return pieces.join('');
}

/** So many arguments every engine takes. */
const FEW = 8 * 1024;
function encode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += FEW) text += String.fromCharCode(...bytes.subarray(at, at + FEW));
  return btoa(text);
}

/** 1536 -> `1.5 KB`. */
export function amount(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
