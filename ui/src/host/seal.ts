// A PIN on its way from the field to the core: sealed in the page, so that no bridge, log or record
// between the two holds it. P-256 ECDH (ephemeral) -> HKDF-SHA256 -> AES-256-GCM.
import type { SealedPin } from './api.gen';

const INFO = new TextEncoder().encode('tongguan pin v1');
const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;

export type Bytes = Uint8Array<ArrayBuffer>;

/** Reads the field and empties it in the same tick. The caller owns the bytes and must overwrite them. */
export function takePin(field: HTMLInputElement): Bytes {
  const pin = new TextEncoder().encode(field.value);
  field.value = '';
  return pin;
}

/** Seals `pin` for the core and overwrites it, also when sealing fails. `sealingKey`: base64url, 65 bytes, 04||X||Y. */
export async function sealPin(pin: Bytes, sealingKey: string): Promise<SealedPin> {
  try {
    const theirPoint = fromBase64url(sealingKey);
    const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
    const ownPoint = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
    const theirs = await crypto.subtle.importKey('raw', theirPoint, CURVE, false, []);
    const key = await messageKey(own.privateKey, theirs);
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = bindPoints(theirPoint, ownPoint);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, pin);
    return {
      point: toBase64url(ownPoint),
      nonce: toBase64url(nonce),
      ciphertext: toBase64url(new Uint8Array(sealed)),
    };
  } finally {
    pin.fill(0);
  }
}

/** The AES key that both ends derive. */
export async function messageKey(own: CryptoKey, theirs: CryptoKey): Promise<CryptoKey> {
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  new Uint8Array(secret).fill(0);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: INFO };
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Associated data: the core's point, then the page's. */
export function bindPoints(theirs: Bytes, own: Bytes): Bytes {
  const both = new Uint8Array(theirs.length + own.length);
  both.set(theirs);
  both.set(own, theirs.length);
  return both;
}

export function toBase64url(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

export function fromBase64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
