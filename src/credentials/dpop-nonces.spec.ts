import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { DpopNonces, verifyDpopProof } from './dpop.js';

const NOW = 1_790_000_000;

describe('server nonces', () => {
  const nonces = new DpopNonces(Buffer.alloc(32, 1), 60);
  const at = (seconds: number) => new Date((NOW + seconds) * 1000);
  const start = 60 - (NOW % 60); // of a bucket

  it('live from one to two buckets, and not before', () => {
    const nonce = nonces.current(at(start));
    const accepted = [-1, 0, 59, 60, 119, 120].map((later) => nonces.at(at(start + later)).accepts(nonce));
    expect(accepted).toEqual([false, true, true, true, true, false]);
  });

  it('are those of any instance with the same key, and of no other', () => {
    const nonce = nonces.current(at(0));
    expect(new DpopNonces(Buffer.alloc(32, 1), 60).at(at(0)).accepts(nonce)).toBe(true);
    expect(new DpopNonces(Buffer.alloc(32, 2), 60).at(at(0)).accepts(nonce)).toBe(false);
    for (const other of ['', nonce.slice(1), `${nonce}=`, 'é'.repeat(nonce.length)]) {
      expect(nonces.at(at(0)).accepts(other)).toBe(false);
    }
  });

  it('are asked for when the proof has none or an old one, and only of a proof that is right otherwise', async () => {
    const [terminal, stranger] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const call = { htm: 'POST', htu: 'https://kashikagi.example/api/v1/lookups' };
    const verifyWith = async (nonce: unknown, key: KeyObject = terminal!.privateKey) => {
      const proof = await new SignJWT({ ...call, jti: 'jti-0001', iat: NOW, nonce })
        .setProtectedHeader({
          typ: 'dpop+jwt',
          alg: 'ES256',
          jwk: terminal!.publicKey.export({ format: 'jwk' }),
        })
        .sign(key);
      return () => verifyDpopProof(proof, { ...call, now: at(0), nonce: nonces.at(at(0)) });
    };
    expect(await verifyWith(nonces.current(at(0)))).not.toThrow();
    for (const nonce of [undefined, 1, nonces.current(at(-180))]) {
      expect(await verifyWith(nonce)).toThrow('use_dpop_nonce');
    }
    expect(await verifyWith(undefined, stranger!.privateKey)).toThrow('invalid_dpop_proof: signature');
  });
});
