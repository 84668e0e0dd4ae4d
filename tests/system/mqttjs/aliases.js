// Topic aliases with MQTT.js, both ways: node aliases.js PORT. Exit status 0: all of it worked.
'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const mqtt = require('mqtt');

const patience = 15000; // ms: for a broken build only
const topics = ['plant/north/pump/7/pressure', 'plant/north/pump/7/temperature', 'plant/north/pump/8/pressure'];

function connect(clientId, options) {
  return mqtt.connect(`mqtt://127.0.0.1:${process.argv[2]}`, {
    protocolVersion: 5, clientId, reconnectPeriod: 0, connectTimeout: patience, ...options,
  });
}

async function main() {
  setTimeout(() => { throw new Error('nothing more came'); }, patience).unref();
  const reader = connect('reader', { properties: { topicAliasMaximum: 2 } });
  const seen = [];
  const onTheWire = [];
  reader.on('packetreceive', (packet) => {
    if (packet.cmd === 'publish') onTheWire.push([packet.topic.length, packet.properties?.topicAlias]);
  });
  reader.on('message', (topic, payload) => seen.push(`${topic}=${payload}`));
  await once(reader, 'connect');
  await reader.subscribeAsync('plant/#', { qos: 1 });

  const publisher = connect('publisher', { autoAssignTopicAlias: true });
  const [connack] = await once(publisher, 'connect');
  assert.equal(connack.properties.topicAliasMaximum, 10);
  const sent = [];
  const aliasesSent = new Set();
  publisher.on('packetsend', (packet) => {
    if (packet.cmd === 'publish') aliasesSent.add(packet.properties?.topicAlias);
  });
  for (let round = 0; round < 3; ++round) {
    for (const topic of topics) {
      await publisher.publishAsync(topic, String(round), { qos: 1 });
      sent.push(`${topic}=${round}`);
    }
  }
  while (seen.length < sent.length) await once(reader, 'message');
  assert.deepEqual(seen, sent);
  assert.ok(aliasesSent.size >= topics.length, 'MQTT.js used aliases of its own');
  const aliases = onTheWire.map(([, alias]) => alias).filter((alias) => alias !== undefined);
  assert.ok(aliases.every((alias) => alias >= 1 && alias <= 2), 'no more aliases than allowed');
  assert.ok(onTheWire.some(([length]) => length === 0), 'the broker left names out');
  await publisher.endAsync();
  await reader.endAsync();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
