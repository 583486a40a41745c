// @vitest-environment node
import { expect, test } from 'vitest';
import { bindPoints, fromBase64url, messageKey, sealPin, takePin, toBase64url, type Bytes } from '../src/host/seal';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the core does with a sealed PIN, by the same standards. */
async function open(core: CryptoKeyPair, point: Bytes, sealed: Awaited<ReturnType<typeof sealPin>>): Promise<string> {
  const theirs = fromBase64url(sealed.point);
  const key = await messageKey(core.privateKey, await crypto.subtle.importKey('raw', theirs, CURVE, false, []));
  const parameters = { name: 'AES-GCM', iv: fromBase64url(sealed.nonce), additionalData: bindPoints(point, theirs) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(parameters, key, fromBase64url(sealed.ciphertext)));
}

async function coreKey() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  return { pair, point: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

test('the core opens what the page sealed', async () => {
  const { pair, point } = await coreKey();
  const sealed = await sealPin(bytes('12345678'), toBase64url(point));
  expect(await open(pair, point, sealed)).toBe('12345678');
  expect(fromBase64url(sealed.point)).toHaveLength(65);
  expect(fromBase64url(sealed.nonce)).toHaveLength(12);
  expect(fromBase64url(sealed.ciphertext)).toHaveLength(8 + 16);
});

test('the same PIN is never sealed the same way twice', async () => {
  const { point } = await coreKey();
  const [one, two] = [
    await sealPin(bytes('12345678'), toBase64url(point)),
    await sealPin(bytes('12345678'), toBase64url(point)),
  ];
  expect(one.point).not.toBe(two.point);
  expect(one.ciphertext).not.toBe(two.ciphertext);
});

test('a changed point, nonce or text does not open', async () => {
  const { pair, point } = await coreKey();
  const sealed = await sealPin(bytes('12345678'), toBase64url(point));
  const changed = fromBase64url(sealed.ciphertext);
  changed[0] = changed[0]! ^ 1;
  await expect(open(pair, point, { ...sealed, ciphertext: toBase64url(changed) })).rejects.toThrow();
  await expect(open(pair, point, { ...sealed, nonce: toBase64url(new Uint8Array(12)) })).rejects.toThrow();
  const other = await coreKey();
  await expect(open(pair, other.point, sealed)).rejects.toThrow();
});

test('the PIN is overwritten once it is sealed, and also when it cannot be', async () => {
  const { point } = await coreKey();
  const pin = bytes('12345678');
  await sealPin(pin, toBase64url(point));
  expect([...pin]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  const lost = bytes('1234');
  await expect(sealPin(lost, 'no point at all')).rejects.toThrow();
  expect([...lost]).toEqual([0, 0, 0, 0]);
});

test('taking the PIN empties its field', () => {
  const field = { value: '密12' } as HTMLInputElement;
  expect([...takePin(field)]).toEqual([...bytes('密12')]);
  expect(field.value).toBe('');
});
