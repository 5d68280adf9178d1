/* SHA-256 and HMAC, of bytes and at once: a page that was not loaded over https has no other. */
(function (make) {
  if (typeof module === "object" && module.exports) module.exports = make();
  else {
    const all = (globalThis.apiGateway = globalThis.apiGateway || {});
    all.core = all.core || {};
    all.core.sha256 = make();
  }
})(function () {
  "use strict";

  // FIPS 180-4, 4.2.2
  const constants = new Uint32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
  ]);
  // 5.3.3
  const start = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const blockLength = 64;

  const rotated = (word, by) => (word >>> by) | (word << (32 - by));

  /** The message with a one, zeros, and its length in bits, in whole blocks. */
  function padded(message) {
    const blocks = Math.ceil((message.length + 9) / blockLength);
    const bytes = new Uint8Array(blocks * blockLength);
    bytes.set(message);
    bytes[message.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 8, Math.floor(message.length / 0x20000000));
    view.setUint32(bytes.length - 4, message.length << 3);
    return view;
  }

  function scheduleOf(view, offset) {
    const words = new Uint32Array(64);
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(offset + i * 4);
    for (let i = 16; i < 64; i++) {
      const before = words[i - 15];
      const last = words[i - 2];
      const first = rotated(before, 7) ^ rotated(before, 18) ^ (before >>> 3);
      const second = rotated(last, 17) ^ rotated(last, 19) ^ (last >>> 10);
      words[i] = words[i - 16] + first + words[i - 7] + second;
    }
    return words;
  }

  function compress(state, words) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]) >>> 0;
      const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }

  /** The digest of bytes, 32 bytes. */
  function hash(message) {
    const view = padded(message);
    const state = new Uint32Array(start);
    for (let offset = 0; offset < view.byteLength; offset += blockLength) compress(state, scheduleOf(view, offset));
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => digest.setUint32(i * 4, word));
    return new Uint8Array(digest.buffer);
  }

  const joined = (first, second) => {
    const both = new Uint8Array(first.length + second.length);
    both.set(first);
    both.set(second, first.length);
    return both;
  };

  /** The keyed digest of bytes, 32 bytes. */
  function hmac(key, message) {
    const block = new Uint8Array(blockLength);
    block.set(key.length > blockLength ? hash(key) : key);
    const inner = hash(
      joined(
        block.map((byte) => byte ^ 0x36),
        message,
      ),
    );
    return hash(
      joined(
        block.map((byte) => byte ^ 0x5c),
        inner,
      ),
    );
  }

  /** Bytes as lower-case hexadecimal digits. */
  function toHex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  return { hash, hmac, toHex };
});
