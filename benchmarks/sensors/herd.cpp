#include "benchmarks/sensors/herd.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "protocol/mqttsn/codec.hpp"

namespace trunkline::load {

namespace {

constexpr std::chrono::milliseconds wake_up{100};
constexpr std::chrono::seconds late{1};
constexpr std::chrono::seconds stall{2};
constexpr std::chrono::seconds patience{30};
// Their time counts from before they leave, and of those that leave together from before the first one does.
constexpr std::size_t connects_together = 16;
constexpr std::uint64_t strangers_addresses = 100'000;
// A round's flood must not keep this thread from its sensors: what a pause of this machine has left behind is not made
// up for.
constexpr std::size_t strangers_at_once = 32;
constexpr std::chrono::milliseconds strangers_patience{5};

/// What a payload says of itself, at its end: in the machine's own order, for it comes back to the same machine.
struct Stamp {
    std::uint64_t number = 0;
    std::int64_t due = 0;
    std::uint32_t sensor = 0;
    std::uint32_t padding = 0;
};

std::uint16_t two_octets(ByteView octets, std::size_t at) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[at]) << 8U |
                                      std::to_integer<unsigned>(octets[at + 1]));
}

constexpr std::size_t msg_id_at = 5;  // of PUBLISH
constexpr std::uint64_t msg_ids = 65'535;
std::uint16_t msg_id_of(std::uint64_t number) { return static_cast<std::uint16_t>(1 + number % msg_ids); }

std::vector<std::byte> publish_form(const HerdPlan& plan) {
    mqttsn::Publish publish;
    publish.qos = plan.qos == 0 ? mqttsn::QoS::at_most_once : mqttsn::QoS::at_least_once;
    publish.topic_id_type = mqttsn::TopicIdType::short_name;
    publish.topic_id = mqttsn::topic_id_of_short_name("rd");
    publish.msg_id = mqttsn::MsgId{static_cast<std::uint16_t>(plan.qos)};
    const std::vector<std::byte> payload(std::max(plan.payload, sizeof(Stamp)));
    publish.data = payload;
    std::vector<std::byte> form(mqttsn::encoded_size(publish));
    mqttsn::encode_into(publish, form);
    return form;
}

std::vector<std::byte> connect_message(SensorIndex index) {
    const std::string client_id = "sensor-" + std::to_string(index);
    mqttsn::Connect connect;
    connect.clean_session = true;
    connect.duration_seconds = 3600;
    connect.client_id = client_id;
    std::vector<std::byte> octets(mqttsn::encoded_size(connect));
    mqttsn::encode_into(connect, octets);
    return octets;
}

/// The first message of a handshake of DTLS 1.2, without a cookie (RFC 6347 §4.2.1).
std::vector<std::byte> client_hello() {
    constexpr std::size_t body_size = 42;
    constexpr std::array<unsigned, 25> headers{0x16,           0xfe, 0xfd, 0,         0, 0, 0, 0, 0, 0, 0, 0,
                                               body_size + 12,  // record
                                               0x01,           0,    0,    body_size, 0, 0, 0, 0, 0, 0, 0, body_size};
    std::vector<std::byte> octets;
    for (const unsigned octet : headers) octets.push_back(static_cast<std::byte>(octet));
    octets.insert(octets.end(), {std::byte{0xfe}, std::byte{0xfd}});
    octets.resize(octets.size() + 34);  // random, no session, no cookie
    // TLS_PSK_WITH_AES_128_CCM_8; no compression.
    for (const unsigned octet : {0x00U, 0x02U, 0xc0U, 0xa8U, 0x01U, 0x00U})
        octets.push_back(static_cast<std::byte>(octet));
    return octets;
}

}  // namespace

Herd::Herd(const HerdPlan& plan)
    : plan_(plan),
      wire_(plan.upstream, *this),
      datagrams_(plan.gateway),
      upstream_(wire_, *this),
      ledger_(1, plan.sensors),
      sensors_(plan.sensors),
      form_(publish_form(plan)) {
    DatagramReceiver& receiver = *this;
    if (plan.dtls) secured_ = std::make_unique<Secured>(plan.sensors, datagrams_, receiver);
    wire_.listen();
    wire_.watch(datagrams_.handle());
}

void Herd::wait(Duration time) {
    const Instant end = clock_.now() + time;
    while (clock_.now() < end) wire_.round(wake_up);
}

void Herd::gather() {
    const Instant give_up = clock_.now() + patience;
    std::size_t asked = 0;
    while (accepted_ + refused_ < sensors_.size() && clock_.now() < give_up) {
        now_ = clock_.now();
        while (asked < sensors_.size() && asked - accepted_ - refused_ < plan_.at_once) {
            connect(static_cast<SensorIndex>(asked++));
            if (asked % connects_together == 0) datagrams_.flush();
        }
        datagrams_.flush();
        // Never asleep: to wake this thread again and again would cost the target's processor what only the network
        // does where sensors and broker are other machines.
        wire_.round(std::chrono::milliseconds(0));
    }
}

void Herd::readable() {
    if (secured_) secured_->receive();
    else datagrams_.receive(*this);
}

void Herd::put(SensorIndex index, ByteView message) {
    if (secured_) secured_->put(index, message);
    else datagrams_.put(index, message);
}

void Herd::connect(SensorIndex index) {
    std::vector<std::byte> octets = connect_message(index);
    sensors_[index].connect_sent = clock_.now();
    if (secured_) secured_->begin(index, std::move(octets));
    else datagrams_.put(index, octets);
}

void Herd::datagram(SensorIndex index, ByteView octets, Instant arrived) {
    if (is_flooding_ && index >= first_stranger) return;  // whatever strangers hear
    heard_ = now_;
    if (index >= sensors_.size() || octets.size() < 2) throw std::runtime_error("the target has sent to nobody");
    const auto type = std::to_integer<unsigned>(octets[1]);
    constexpr unsigned connack = 0x05, puback = 0x0d, disconnect = 0x18;
    if (type == connack && octets.size() == 3) {
        on_connack(sensors_[index], std::to_integer<unsigned>(octets[2]), arrived);
    }
    if (type == puback && octets.size() == 7) on_puback(index, octets, arrived);
    if (type == disconnect) throw std::runtime_error("the target has sent a sensor away");
}

void Herd::on_connack(Sensor& sensor, unsigned return_code, Instant arrived) {
    if (sensor.is_connected) return;
    sensor.is_connected = true;
    ++(return_code == 0 ? accepted_ : refused_);
    connect_times_.add(arrived - sensor.connect_sent);
}

void Herd::on_puback(SensorIndex index, ByteView octets, Instant arrived) {
    constexpr std::size_t msg_id_of_puback = 4;
    const std::uint16_t msg_id = two_octets(octets, msg_id_of_puback);
    for (Slot& slot : sensors_[index].slots) {
        if (slot.number == 0 || msg_id_of(slot.number) != msg_id) continue;
        ++(octets[6] == std::byte{0} ? acknowledged_ : refused_);
        acknowledge_times_.add(arrived - slot.sent);
        return done(index, slot);
    }
}

void Herd::arrived(ByteView body) {
    heard_ = now_;
    Stamp stamp;
    if (body.size() < sizeof stamp) throw std::runtime_error("the target has published what no sensor has");
    std::memcpy(&stamp, body.last(sizeof stamp).data(), sizeof stamp);
    if (stamp.sensor >= sensors_.size()) throw std::runtime_error("the target has published what no sensor has");
    if (!ledger_.delivered(0, stamp.sensor, stamp.number - 1)) return;
    delivery_times_.add(clock_.now() - Instant(Duration(stamp.due)));
    Sensor& sensor = sensors_[stamp.sensor];
    if (sensor.is_unserved && Instant(Duration(stamp.due)) >= restarted_) {
        sensor.is_unserved = false;
        --unserved_;
        serve_times_.add(clock_.now() - restarted_);
    }
    Slot& of_message = slot(sensor, stamp.number);
    if (plan_.qos == 0 && of_message.number == stamp.number) done(stamp.sensor, of_message);
}

void Herd::done(SensorIndex index, Slot& of_message) {
    of_message = {};
    --under_way_;
    if (is_publishing_ && plan_.rate == 0) publish(index, now_);
}

void Herd::start() {
    is_publishing_ = true;
    now_ = heard_ = looked_ = next_due_ = clock_.now();
    for (SensorIndex index = 0; plan_.rate == 0 && index < sensors_.size(); ++index) publish(index, now_);
    datagrams_.flush();
}

void Herd::expect_restart() {
    restarted_ = heard_ = now_ = clock_.now();
    for (Sensor& sensor : sensors_) sensor.is_unserved = true;
    unserved_ = sensors_.size();
}

void Herd::publish(SensorIndex index, Instant due) {
    Sensor& sensor = sensors_[index];
    const std::uint64_t number = sensor.next++;
    Slot& of_message = slot(sensor, number);
    if (of_message.number == 0) ++under_way_;  // else an older one is given up
    of_message = {number, plan_.rate == 0 ? now_ : clock_.now()};
    ++published_;
    put_publish(index, number, due, false);
}

void Herd::put_publish(SensorIndex index, std::uint64_t number, Instant due, bool again) {
    constexpr std::byte dup{0x80};
    constexpr std::size_t flags_at = 2;
    std::vector<std::byte> copy;
    std::vector<std::byte>& octets = again ? copy : form_;
    if (again) {
        copy = form_;
        copy[flags_at] |= dup;
    }
    if (plan_.qos != 0) {
        octets[msg_id_at] = static_cast<std::byte>(msg_id_of(number) >> 8U);
        octets[msg_id_at + 1] = static_cast<std::byte>(msg_id_of(number) & 0xffU);
    }
    const Stamp stamp{number, due.time_since_epoch().count(), index, 0};
    std::memcpy(octets.data() + octets.size() - sizeof stamp, &stamp, sizeof stamp);
    put(index, octets);
}

bool Herd::is_busy(const Sensor& sensor) const {
    return plan_.qos != 0 && std::any_of(sensor.slots.begin(), sensor.slots.end(),
                                         [](const Slot& of_message) { return of_message.number != 0; });
}

/// At QoS 1 a sensor has one message in flight all the same: what is due is the next one's that is free.
void Herd::publish_due() {
    const Duration pause = Duration(std::chrono::seconds(1)) / plan_.rate;
    std::size_t busy = 0;
    while (is_publishing_ && next_due_ <= now_ && busy < sensors_.size()) {
        const SensorIndex index = std::exchange(turn_, (turn_ + 1) % static_cast<SensorIndex>(sensors_.size()));
        if (is_busy(sensors_[index])) {
            ++busy;
            continue;
        }
        publish(index, next_due_);
        next_due_ += pause;
    }
}

/// A message of QoS 1 is repeated as sensors do it; at QoS 0 what is lost stays so, and the next one follows.
void Herd::repeat_late() {
    if (now_ - looked_ < wake_up) return;
    looked_ = now_;
    for (SensorIndex index = 0; index < sensors_.size(); ++index) {
        for (Slot& of_message : sensors_[index].slots) {
            if (of_message.number == 0 || now_ - of_message.sent < late) continue;
            if (plan_.qos == 0) {
                done(index, of_message);
                continue;
            }
            ++repeated_;
            of_message.sent = now_;
            put_publish(index, of_message.number, now_, true);
        }
    }
}

void Herd::start_flood() {
    is_flooding_ = true;
    next_stranger_ = clock_.now();
}

void Herd::flood_due() {
    const Duration pause = Duration(std::chrono::seconds(1)) / plan_.flood;
    next_stranger_ = std::max(next_stranger_, now_ - strangers_patience);
    for (std::size_t put = 0; put < strangers_at_once && next_stranger_ <= now_; ++put, next_stranger_ += pause) {
        const auto index = static_cast<SensorIndex>(first_stranger + strangers_++ % strangers_addresses);
        datagrams_.put(index, plan_.dtls ? client_hello() : connect_message(index));
    }
}

void Herd::round() {
    now_ = clock_.now();
    if (plan_.rate != 0) publish_due();
    if (is_flooding_) {
        datagrams_.flush();  // what strangers say has to be made first
        flood_due();
    }
    repeat_late();
    datagrams_.flush();
    // What is due to the microsecond cannot be slept for.
    wire_.round(plan_.rate != 0 ? std::chrono::milliseconds(0) : wake_up);
}

bool Herd::is_done() const { return plan_.qos == 0 ? ledger_.first_deliveries() == published_ : under_way_ == 0; }

bool Herd::is_stalled() const { return clock_.now() - heard_ > stall; }

}  // namespace trunkline::load
