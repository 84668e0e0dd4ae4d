// Enhanced authentication with MQTT.js and messages made by hand (RFC 5802, RFC 7677):
// node scram.js PORT USER PASSWORD. Exit status 0: came in, the broker proved itself, and authenticated again;
// 3: refused, with the reason code on standard output.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { once } = require('node:events');
const mqtt = require('mqtt');

const patience = 15000; // ms: for a broken build only
const [port, user, password] = process.argv.slice(2);
const method = 'SCRAM-SHA-256';

const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();
const sha256 = (octets) => crypto.createHash('sha256').update(octets).digest();
const xor = (a, b) => Buffer.from(a.map((octet, at) => octet ^ b[at]));

/// The client's side of one exchange.
class Scram {
  constructor() {
    this.nonce = crypto.randomBytes(18).toString('base64');
    this.bare = `n=${user},r=${this.nonce}`;
  }

  first() { return Buffer.from(`n,,${this.bare}`); }

  final(serverFirst) {
    const [, nonce, salt, iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst);
    assert.ok(nonce.startsWith(this.nonce) && nonce.length > this.nonce.length, 'the broker adds to the nonce');
    const salted = crypto.pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const message = `${this.bare},${serverFirst},${withoutProof}`;
    this.signature = hmac(hmac(salted, 'Server Key'), message).toString('base64');
    const proof = xor(clientKey, hmac(sha256(clientKey), message)).toString('base64');
    return Buffer.from(`${withoutProof},p=${proof}`);
  }

  check(serverFinal) { assert.equal(serverFinal, `v=${this.signature}`, 'the broker knows the password too'); }
}

async function main() {
  setTimeout(() => { throw new Error('nothing more came'); }, patience).unref();
  let scram = new Scram();
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5, clientId: 'scram', reconnectPeriod: 0, connectTimeout: patience,
    properties: { authenticationMethod: method, authenticationData: scram.first() },
  });
  const again = new Promise((resolve) => {
    client.handleAuth = (packet, done) => {
      const data = packet.properties.authenticationData.toString();
      if (packet.reasonCode === 0) {
        scram.check(data);
        resolve();
        return done();
      }
      const properties = { authenticationMethod: method, authenticationData: scram.final(data) };
      return done(undefined, { cmd: 'auth', reasonCode: 0x18, properties });
    };
  });
  client.on('error', (error) => {
    console.log(error.code);
    process.exit(3);
  });
  const [connack] = await once(client, 'connect');
  assert.equal(connack.properties.authenticationMethod, method);
  scram.check(connack.properties.authenticationData.toString());

  scram = new Scram();
  const properties = { authenticationMethod: method, authenticationData: scram.first() };
  client._sendPacket({ cmd: 'auth', reasonCode: 0x19, properties }); // MQTT.js has no public way to begin again
  await again;
  const message = once(client, 'message');
  await client.subscribeAsync('t');
  await client.publishAsync('t', 'still here', { qos: 1 });
  assert.equal(String((await message)[1]), 'still here');
  await client.endAsync();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
