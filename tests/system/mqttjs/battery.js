// What an application does with MQTT.js, in one version of the protocol: node battery.js URL 4|5 [CA.pem]
// Needs MQTT.js 5 (package.json), found by NODE_PATH. Exit status 0: all of it worked.
'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const mqtt = require('mqtt');

const [url, version, caFile] = process.argv.slice(2);
const protocolVersion = Number(version);
const ca = caFile && readFileSync(caFile);
const isV5 = protocolVersion === 5;
const patience = 15000; // ms: for a broken build only

function connect(clientId, options = {}) {
  return mqtt.connectAsync(url, {
    ca, protocolVersion, clientId, reconnectPeriod: 0, connectTimeout: patience, ...options,
  });
}

/** A client whose messages are kept from its first octet on, with session present as `sessionPresent`. */
async function connectListening(clientId, options) {
  const client = mqtt.connect(url, {
    ca, protocolVersion, clientId, reconnectPeriod: 0, connectTimeout: patience, ...options,
  });
  const messages = [];
  client.on('message', (topic, payload, packet) => messages.push({ topic, text: payload.toString(), packet }));
  const [connack] = await once(client, 'connect');
  return { client, sessionPresent: connack.sessionPresent, take: (count) => take(client, messages, count) };
}

async function take(client, messages, count) {
  while (messages.length < count) await once(client, 'message');
  return messages.splice(0, count);
}

const persistent = { clean: false, ...(isV5 && { properties: { sessionExpiryInterval: 3600 } }) };

async function everyQos() {
  const publisher = await connect('publisher');
  const { client, take } = await connectListening('subscriber');
  for (const qos of [0, 1, 2]) {
    const [grant] = await client.subscribeAsync(`qos/${qos}/+`, { qos });
    assert.equal(grant.qos, qos);
    for (let n = 0; n < 50; ++n) await publisher.publishAsync(`qos/${qos}/x`, String(n), { qos });
    const messages = await take(50);
    assert.deepEqual(messages.map((m) => m.text), Array.from({ length: 50 }, (_, n) => String(n)));
    assert.ok(messages.every((m) => m.packet.qos === qos && !m.packet.retain && !m.packet.dup));
    await client.unsubscribeAsync(`qos/${qos}/+`);
  }
  const large = 'x'.repeat(500000);
  await client.subscribeAsync('large', { qos: 2 });
  await publisher.publishAsync('large', large, { qos: 2 });
  assert.equal((await take(1))[0].text, large);
  await publisher.endAsync();
  await client.endAsync();
}

async function retained() {
  const publisher = await connect('publisher');
  await publisher.publishAsync('state', 'open', { qos: 2, retain: true });
  const { client, take } = await connectListening('subscriber');
  await client.subscribeAsync('state', { qos: 1 });
  const [old] = await take(1);
  assert.deepEqual([old.text, old.packet.retain, old.packet.qos], ['open', true, 1]);
  await publisher.publishAsync('state', '', { qos: 1, retain: true });
  assert.equal((await take(1))[0].packet.retain, false);
  await client.subscribeAsync('state', { qos: 1 });
  await publisher.publishAsync('state', 'nothing was there', { qos: 1 });
  assert.equal((await take(1))[0].text, 'nothing was there');
  await publisher.endAsync();
  await client.endAsync();
}

async function wills() {
  const { client: heir, take } = await connectListening('heir');
  await heir.subscribeAsync('gone/#', { qos: 2 });
  const will = (name, properties) => ({ topic: `gone/${name}`, payload: Buffer.from(name), qos: 1, properties });
  const polite = await connect('polite', { will: will('polite') });
  await polite.endAsync(); // DISCONNECT
  const rude = await connect('rude', { will: will('rude', isV5 ? { userProperties: { unit: 'bar' } } : undefined) });
  rude.stream.destroy();
  const [message] = await take(1);
  assert.equal(message.topic, 'gone/rude');
  if (isV5) assert.deepEqual({ ...message.packet.properties.userProperties }, { unit: 'bar' });
  await heir.publishAsync('gone/nobody', '', { qos: 1 });
  assert.equal((await take(1))[0].topic, 'gone/nobody'); // polite has none
  await heir.endAsync();
}

async function persistentSession() {
  const first = await connectListening('scada', persistent);
  assert.equal(first.sessionPresent, false);
  await first.client.subscribeAsync('p/#', { qos: 2 });
  await first.client.endAsync();
  const publisher = await connect('publisher');
  for (let n = 0; n < 20; ++n) await publisher.publishAsync('p/1', String(n), { qos: 1 + (n % 2) });
  await publisher.endAsync();
  const second = await connectListening('scada', persistent);
  assert.equal(second.sessionPresent, true);
  const numbers = (await second.take(20)).map((m) => ({ n: Number(m.text), qos: m.packet.qos }));
  for (const qos of [1, 2]) {
    const expected = Array.from({ length: 10 }, (_, n) => 2 * n + qos - 1);
    assert.deepEqual(numbers.filter((m) => m.qos === qos).map((m) => m.n), expected);
  }
  await second.client.endAsync();
  const clean = await connectListening('scada', { clean: true });
  assert.equal(clean.sessionPresent, false);
  await clean.client.endAsync();
}

async function properties() {
  if (!isV5) return;
  const { client, take } = await connectListening('subscriber');
  await client.subscribeAsync('t', { qos: 1 });
  await client.publishAsync('t', '{}', {
    qos: 1,
    properties: {
      payloadFormatIndicator: true, contentType: 'application/json', responseTopic: 'answer',
      correlationData: Buffer.from([0, 255]), userProperties: { station: '7', unit: ['bar', 'psi'] },
      messageExpiryInterval: 3600,
    },
  });
  const [{ packet: { properties: got } }] = await take(1);
  assert.equal(got.payloadFormatIndicator, true);
  assert.equal(got.contentType, 'application/json');
  assert.equal(got.responseTopic, 'answer');
  assert.deepEqual(got.correlationData, Buffer.from([0, 255]));
  assert.deepEqual({ ...got.userProperties }, { station: '7', unit: ['bar', 'psi'] });
  assert.ok(got.messageExpiryInterval > 3500 && got.messageExpiryInterval <= 3600);
  await assert.rejects(client.publishAsync('$SYS/broker/uptime', 'a lie', { qos: 1 }), { code: 0x87 });
  await client.endAsync();
}

async function sharedSubscription() {
  const members = await Promise.all(['first', 'second'].map((name) => connectListening(name)));
  const texts = members.map(() => []);
  for (const [index, { client }] of members.entries()) {
    await client.subscribeAsync('$share/workers/job/#', { qos: 1 });
    client.on('message', (topic, payload) => texts[index].push(payload.toString()));
  }
  const publisher = await connect('publisher');
  for (let n = 0; n < 10; ++n) await publisher.publishAsync('job/1', String(n), { qos: 1 });
  await Promise.all(members.map(({ take }) => take(5)));
  assert.deepEqual(texts, [['0', '2', '4', '6', '8'], ['1', '3', '5', '7', '9']]);
  for (const { client } of members) await client.endAsync();
  await publisher.endAsync();
}

async function subscriptionIdentifiers() {
  if (!isV5) return;
  const { client, take } = await connectListening('subscriber');
  await client.subscribeAsync('plant/+', { qos: 1, properties: { subscriptionIdentifier: 7 } });
  await client.subscribeAsync('plant/#', { qos: 1, properties: { subscriptionIdentifier: 300 } });
  await client.publishAsync('plant/1', 'x', { qos: 1 });
  await client.publishAsync('plant/1/state', 'x', { qos: 1 });
  const [both, one] = (await take(2)).map((m) => m.packet.properties.subscriptionIdentifier);
  assert.deepEqual([both, one], [[7, 300], 300]);
  await client.endAsync();
}

async function topicAliases() {
  if (!isV5) return;
  const { client, take } = await connectListening('subscriber', { properties: { topicAliasMaximum: 5 } });
  const names = [];
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'publish') names.push(packet.topic);
  });
  await client.subscribeAsync('plant/#', { qos: 1 });
  const publisher = await connect('publisher', { autoAssignTopicAlias: true });
  for (let n = 0; n < 4; ++n) await publisher.publishAsync('plant/north/pump/7/pressure', String(n), { qos: n % 2 });
  const messages = await take(4);
  assert.ok(messages.every((m) => m.topic === 'plant/north/pump/7/pressure'));
  assert.deepEqual(messages.map((m) => m.text), ['0', '1', '2', '3']);
  assert.ok(names.includes(''), 'the broker left the name out');
  await publisher.endAsync();
  await client.endAsync();
}

async function limitsAnnounced() {
  if (!isV5) return;
  const client = mqtt.connect(url, {
    ca, protocolVersion, clientId: '', reconnectPeriod: 0, connectTimeout: patience,
    properties: { sessionExpiryInterval: 0xffffffff, requestResponseInformation: true },
  });
  const [{ properties: told }] = await once(client, 'connect');
  assert.match(told.assignedClientIdentifier, /^auto-/);
  assert.ok(told.sessionExpiryInterval < 0xffffffff && told.receiveMaximum >= 1 && told.maximumPacketSize >= 128);
  await client.endAsync();
}

async function main() {
  const watchdog = setTimeout(() => {
    console.error('nothing has come for too long');
    process.exit(1);
  }, patience);
  for (const part of [
    everyQos, retained, wills, persistentSession, properties, sharedSubscription, subscriptionIdentifiers, topicAliases,
    limitsAnnounced,
  ]) {
    watchdog.refresh();
    await part();
    console.log(part.name);
  }
  clearTimeout(watchdog);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
