// Known: [MQTT-3.1.2-22], 3.1.1 [MQTT-3.1.2-24]; both versions in one line, in either order.
// Unknown: [MQTT-3.1.2-99]                       caught: clause
// The list of 3.1.1 ends earlier: 3.1.1 [MQTT-3.1.2-30]   caught: clause
// And that of 5.0 has no such: [MQTT-1.5.3-2]    caught: clause
// A section is no statement: [MQTT-3.1.2]        caught: clause
// MQTT-SN 1.2 §6.14 and [MQTT-SN-3.1.2-1] are not in the lists.
const char* broken = "MQTT-2.2.1-3";
const char* unknown = "MQTT-2.2.1-1";  // caught: clause
