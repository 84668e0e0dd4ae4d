// What an application does with Paho's C library (Debian's libpaho-mqtt-dev), in one version of the protocol:
// paho_c_battery URL 4|5 [CA.pem]. Exit status 0: all of it worked.

#include <MQTTClient.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr int patience = 15000;  // ms: for a broken build only
constexpr int count = 20;        // of messages in a row
int version = MQTTVERSION_3_1_1;
std::string broker;
const char* ca_file = nullptr;  // for URLs with TLS

bool is_v5() { return version == MQTTVERSION_5; }

/// Ends the program: there is nothing to save.
void require(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

struct Message {
    std::string topic;
    std::string payload;
    int qos = 0;
    bool retained = false;
    std::vector<std::pair<std::string, std::string>> user_properties;
};

std::string text(const MQTTLenString& string) { return {string.data, static_cast<std::size_t>(string.len)}; }

class Client {
public:
    Client(const std::string& client_id, bool persistent) : persistent_(persistent) {
        MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
        options.MQTTVersion = version;
        const int code = MQTTClient_createWithOptions(&client_, broker.c_str(), client_id.c_str(),
                                                      MQTTCLIENT_PERSISTENCE_NONE, nullptr, &options);
        require(code == MQTTCLIENT_SUCCESS, "create: " + std::to_string(code));
    }
    ~Client() { MQTTClient_destroy(&client_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Returns session present, which the library tells in 3.1.1 only. `will`: its topic; null: none.
    std::optional<bool> connect(const char* will = nullptr) {
        MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
        MQTTClient_connectOptions options5 = MQTTClient_connectOptions_initializer5;
        MQTTClient_connectOptions& chosen = is_v5() ? options5 : options;
        MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
        tls.trustStore = ca_file;
        tls.verify = 1;
        if (ca_file != nullptr) chosen.ssl = &tls;
        MQTTClient_willOptions last_will = MQTTClient_willOptions_initializer;
        last_will.topicName = will;
        last_will.message = "gone";
        last_will.qos = 1;
        if (will != nullptr) chosen.will = &last_will;
        chosen.MQTTVersion = version;
        chosen.reliable = 0;  // several messages on their way
        chosen.maxInflightMessages = count;
        if (!is_v5()) {
            chosen.cleansession = persistent_ ? 0 : 1;
            const int code = MQTTClient_connect(client_, &chosen);
            require(code == MQTTCLIENT_SUCCESS, "connect: " + std::to_string(code));
            return chosen.returned.sessionPresent != 0;
        }
        chosen.cleanstart = persistent_ ? 0 : 1;
        MQTTProperties properties = MQTTProperties_initializer;
        MQTTProperty expiry{};
        expiry.identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL;
        expiry.value.integer4 = persistent_ ? 3600 : 0;
        MQTTProperties_add(&properties, &expiry);
        MQTTResponse response = MQTTClient_connect5(client_, &chosen, &properties, nullptr);
        MQTTProperties_free(&properties);
        require(response.reasonCode == MQTTREASONCODE_SUCCESS, "connect: " + std::to_string(response.reasonCode));
        MQTTResponse_free(response);
        return std::nullopt;
    }

    void subscribe(const char* filter, int qos) {
        int granted = 0;
        if (is_v5()) {
            const MQTTResponse response = MQTTClient_subscribe5(client_, filter, qos, nullptr, nullptr);
            granted = response.reasonCode;
            MQTTResponse_free(response);
        } else {
            granted = MQTTClient_subscribe(client_, filter, qos) == MQTTCLIENT_SUCCESS ? qos : -1;
        }
        require(granted == qos, "subscribe: " + std::to_string(granted));
    }

    /// With a user property in 5.0. The token is for wait().
    MQTTClient_deliveryToken publish(const char* topic, const std::string& payload, int qos, bool retained = false) {
        MQTTClient_deliveryToken token = 0;
        int code = 0;
        if (is_v5()) {
            MQTTClient_message message = MQTTClient_message_initializer;
            message.payload = const_cast<char*>(payload.data());  // it is not written to
            message.payloadlen = static_cast<int>(payload.size());
            message.qos = qos;
            message.retained = retained ? 1 : 0;
            char name[] = "unit";
            char value[] = "bar";
            MQTTProperty unit{};
            unit.identifier = MQTTPROPERTY_CODE_USER_PROPERTY;
            unit.value.data = {4, name};
            unit.value.value = {3, value};
            MQTTProperties_add(&message.properties, &unit);
            const MQTTResponse response = MQTTClient_publishMessage5(client_, topic, &message, &token);
            code = response.reasonCode;
            MQTTResponse_free(response);
            MQTTProperties_free(&message.properties);
        } else {
            code = MQTTClient_publish(client_, topic, static_cast<int>(payload.size()), payload.data(), qos,
                                      retained ? 1 : 0, &token);
        }
        require(code == MQTTCLIENT_SUCCESS, "publish: " + std::to_string(code));
        return token;
    }

    /// Until the message is acknowledged. The library looks every tenth of a second only.
    void wait(MQTTClient_deliveryToken token) {
        require(MQTTClient_waitForCompletion(client_, token, patience) == MQTTCLIENT_SUCCESS, "no acknowledgement");
    }

    Message receive() {
        char* topic = nullptr;
        int topic_size = 0;
        MQTTClient_message* message = nullptr;
        const int code = MQTTClient_receive(client_, &topic, &topic_size, &message, patience);
        require(message != nullptr, "no message: " + std::to_string(code));
        Message got;
        got.topic = topic;
        got.payload.assign(static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen));
        got.qos = message->qos;
        got.retained = message->retained != 0;
        for (int index = 0; index < message->properties.count; ++index) {
            const MQTTProperty& property = message->properties.array[index];
            if (property.identifier != MQTTPROPERTY_CODE_USER_PROPERTY) continue;
            got.user_properties.emplace_back(text(property.value.data), text(property.value.value));
        }
        MQTTClient_freeMessage(&message);
        MQTTClient_free(topic);
        return got;
    }

    void disconnect() {
        const int code = is_v5() ? MQTTClient_disconnect5(client_, 0, MQTTREASONCODE_SUCCESS, nullptr)
                                 : MQTTClient_disconnect(client_, 0);
        require(code == MQTTCLIENT_SUCCESS, "disconnect: " + std::to_string(code));
    }

private:
    MQTTClient client_ = nullptr;
    bool persistent_;
};

void publish_numbers(Client& client, const char* topic, int qos) {
    MQTTClient_deliveryToken last = 0;
    for (int n = 0; n < count; ++n) last = client.publish(topic, std::to_string(n), qos);
    if (qos != 0) client.wait(last);
}

void every_qos_both_ways() {
    Client client("client", false);
    client.connect();
    for (int qos = 0; qos <= 2; ++qos) {
        const std::string topic = "qos/" + std::to_string(qos);
        client.subscribe(topic.c_str(), qos);
        publish_numbers(client, topic.c_str(), qos);
        for (int n = 0; n < count; ++n) {
            const Message got = client.receive();
            require(got.topic == topic && got.payload == std::to_string(n) && got.qos == qos, "a wrong message");
            require(got.user_properties.size() == (is_v5() ? 1U : 0U), "user properties are wrong");
            if (is_v5()) require(got.user_properties[0] == std::pair<std::string, std::string>("unit", "bar"), "unit");
        }
    }
    client.disconnect();
}

void retained() {
    Client client("client", false);
    client.connect();
    client.wait(client.publish("state", "open", 1, true));
    client.subscribe("state", 1);
    const Message got = client.receive();
    require(got.payload == "open" && got.retained && got.qos == 1, "the retained message is wrong");
    client.wait(client.publish("state", "", 1, true));
    client.disconnect();
}

void persistent_session() {
    Client scada("scada", true);
    require(!scada.connect().value_or(false), "session present before there was one");
    scada.subscribe("p/#", 2);
    scada.disconnect();
    Client publisher("publisher", false);
    publisher.connect();
    publish_numbers(publisher, "p/1", 2);
    publisher.disconnect();
    require(scada.connect().value_or(true), "the session is gone");
    for (int n = 0; n < count; ++n) {
        const Message got = scada.receive();
        require(got.payload == std::to_string(n) && got.qos == 2, "order is wrong: " + got.payload);
    }
    scada.disconnect();
}

/// Connects with a will, says so, and ends without DISCONNECT.
[[noreturn]] void die() {
    Client mortal("mortal", false);
    mortal.connect("fate/will");
    mortal.wait(mortal.publish("fate/ready", "", 1));
    std::_Exit(0);
}

/// The client with the will is a process of its own: the library keeps a socket longer than its client.
void wills(const char* url, const char* level) {
    Client heir("heir", false);
    heir.connect();
    heir.subscribe("fate/#", 1);
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/proc/self/exe", "paho_c_battery", url, level, ca_file == nullptr ? "" : ca_file, "die", nullptr);
        std::_Exit(1);
    }
    require(heir.receive().topic == "fate/ready", "the client with the will has not come");
    const Message will = heir.receive();
    require(will.topic == "fate/will" && will.payload == "gone" && will.qos == 1, "the will is wrong");
    int status = 0;
    require(::waitpid(child, &status, 0) == child && status == 0, "the client with the will has failed");
    heir.disconnect();
}

void shared_subscription() {
    Client first("first", false);
    Client second("second", false);
    for (Client* worker : {&first, &second}) {
        worker->connect();
        worker->subscribe("$share/workers/job/#", 1);
    }
    Client publisher("publisher", false);
    publisher.connect();
    publish_numbers(publisher, "job/1", 1);
    for (int n = 0; n < count; ++n) {
        const Message got = (n % 2 == 0 ? first : second).receive();
        require(got.payload == std::to_string(n), "the work is not shared in turn: " + got.payload);
    }
    for (Client* client : {&first, &second, &publisher}) client->disconnect();
}

}  // namespace

int main(int argc, char** argv) {
    require(argc >= 3, "usage: paho_c_battery URL 4|5 [CA.pem]");
    broker = argv[1];
    version = std::atoi(argv[2]);
    if (argc > 3 && *argv[3] != '\0') ca_file = argv[3];
    if (argc > 4) die();
    every_qos_both_ways();
    retained();
    persistent_session();
    wills(argv[1], argv[2]);
    shared_subscription();
    return 0;
}
