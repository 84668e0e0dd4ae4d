#include "benchmarks/load/fleet.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

namespace trunkline::load {

namespace {

using mqtt::PacketType;
using mqtt::QoS;

constexpr std::chrono::milliseconds wake_up{100};
constexpr std::chrono::seconds stall{1};
constexpr std::chrono::seconds patience{20};
constexpr std::size_t slots_without_window = 65'536;

std::string numbered(std::string_view before, std::size_t number, std::string_view behind) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
    return std::string(before) + digits + std::string(behind);
}

}  // namespace

Fleet::Fleet(const Plan& plan)
    : plan_(plan), wire_(plan.port, *this, plan.piece_octets), ledger_(plan.subscribers, plan.publishers) {
    const std::size_t slots = plan.rate != 0 ? slots_without_window : std::bit_ceil(plan.window);
    for (std::size_t number = 0; number < plan.publishers; ++number) {
        publishers_.push_back({0,
                               PublishForm(static_cast<std::uint32_t>(number),
                                           numbered(plan.family + "/", number, "/reading"), plan.qos, plan.payload),
                               0, 0, std::vector<Slot>(slots)});
    }
}

void Fleet::gather_publishers() { gather(Kind::publisher, plan_.publishers); }

void Fleet::gather_subscribers() {
    gather(Kind::subscriber, plan_.subscribers);
    subscribers_ = plan_.subscribers;
}

void Fleet::return_subscribers() {
    has_sessions_ = true;
    gather_subscribers();
}

void Fleet::gather_idlers(std::size_t count) { gather(Kind::idler, count); }

void Fleet::dismiss_subscribers() {
    here_ = 0;
    for (ClientIndex client = 0; client < roles_.size(); ++client) {
        if (roles_[client].kind != Kind::subscriber) continue;
        roles_[client].kind = Kind::gone;
        put_disconnect(wire_.output(client));
    }
    wire_.flush();
    wait_for(subscribers_);  // closed() counts them
    subscribers_ = 0;
}

void Fleet::gather(Kind kind, std::size_t count) {
    here_ = 0;
    for (std::size_t number = 0; number < count; ++number) {
        if (number >= plan_.connecting_at_once) wait_for(number - plan_.connecting_at_once + 1);
        begin(kind, number);
    }
    wait_for(count);
}

void Fleet::begin(Kind kind, std::size_t number) {
    const ClientIndex client = wire_.connect();
    roles_.push_back({kind, static_cast<std::uint32_t>(number)});
    if (kind == Kind::publisher) publishers_[number].client = client;
}

void Fleet::wait_for(std::size_t count) {
    const Instant give_up = clock_.now() + patience;
    while (here_ < count) {
        now_ = clock_.now();
        wire_.round(wake_up);
        if (now_ > give_up) throw std::runtime_error("the target does not answer");
    }
}

void Fleet::opened(ClientIndex client) {
    const Role& role = roles_[client];
    const std::string_view kind = role.kind == Kind::publisher ? "-p-" : role.kind == Kind::idler ? "-i-" : "-s-";
    const bool clean = role.kind != Kind::subscriber || !plan_.keeps_sessions;
    put_connect(numbered(plan_.family + std::string(kind), role.number, ""), clean, wire_.output(client));
}

void Fleet::received(ClientIndex client, const mqtt::Frame& frame) {
    heard_ = now_;
    const Role role = roles_[client];
    if (frame.type() == PacketType::connack) return accepted(client, role);
    if (frame.type() == PacketType::suback) ++here_;
    else if (role.kind == Kind::publisher) to_publisher(publishers_[role.number], frame);
    else to_subscriber(client, role.number, frame);
}

void Fleet::closed(ClientIndex client) {
    if (roles_[client].kind != Kind::gone) throw std::runtime_error("the target has closed a connection");
    ++here_;
}

void Fleet::accepted(ClientIndex client, const Role& role) {
    if (role.kind == Kind::subscriber && !has_sessions_)
        return put_subscribe(plan_.family + "/#", plan_.qos, wire_.output(client));
    ++here_;
}

void Fleet::to_publisher(Publisher& publisher, const mqtt::Frame& frame) {
    const std::uint16_t packet_id = read_packet_id(frame);
    if (frame.type() == PacketType::pubrec)
        return put_answer(PacketType::pubrel, packet_id, wire_.output(publisher.client));
    answered(publisher, packet_id);
}

void Fleet::to_subscriber(ClientIndex client, std::size_t number, const mqtt::Frame& frame) {
    if (frame.type() == PacketType::pubrel)
        return put_answer(PacketType::pubcomp, read_packet_id(frame), wire_.output(client));
    const std::optional<Delivery> delivery = read_delivery(frame);
    if (!delivery || delivery->stamp.publisher >= publishers_.size())
        throw std::runtime_error("the target has sent what nobody has published");
    if (delivery->qos == QoS::at_least_once) put_answer(PacketType::puback, delivery->packet_id, wire_.output(client));
    if (delivery->qos == QoS::exactly_once) put_answer(PacketType::pubrec, delivery->packet_id, wire_.output(client));
    const Stamp& stamp = delivery->stamp;
    if (!ledger_.delivered(number, stamp.publisher, stamp.number)) return;
    if (plan_.times_everything) delivery_times_.add(clock_.now() - stamp.due);
    step(publishers_[stamp.publisher], stamp.number);
}

void Fleet::answered(Publisher& publisher, std::uint16_t packet_id) {
    const std::uint64_t number = number_of(packet_id, publisher.next);
    ++acknowledged_;
    if (plan_.times_everything) acknowledge_times_.add(clock_.now() - slot(publisher, number).sent);
    step(publisher, number);
}

void Fleet::step(Publisher& publisher, std::uint64_t number) {
    Slot& of_message = slot(publisher, number);
    if (of_message.number != number || of_message.steps == 0) return;  // done: what drains from a queue
    if (--of_message.steps != 0) return;
    --publisher.undone;
    --undone_;
    fill(publisher);
}

void Fleet::start(std::uint64_t limit) {
    limit_ = limit;
    is_publishing_ = true;
    now_ = heard_ = next_due_ = clock_.now();
    for (Publisher& publisher : publishers_) fill(publisher);
    wire_.flush();
}

void Fleet::fill(Publisher& publisher) {
    if (plan_.rate != 0) return;
    while (is_publishing_ && publisher.undone < plan_.window && published_ < limit_) publish(publisher, now_);
}

void Fleet::publish(Publisher& publisher, Instant due) {
    const std::size_t steps = subscribers_ + (plan_.qos == QoS::at_most_once ? 0 : 1);
    slot(publisher, publisher.next) = {publisher.next, steps, plan_.times_everything ? clock_.now() : due};
    publisher.form.put(publisher.next++, due, wire_.output(publisher.client));
    ++publisher.undone;
    ++undone_;
    ++published_;
}

void Fleet::publish_due() {
    const Duration pause = Duration(std::chrono::seconds(1)) / plan_.rate;
    for (; is_publishing_ && next_due_ <= now_; next_due_ += pause) {
        publish(publishers_[turn_], next_due_);
        turn_ = (turn_ + 1) % publishers_.size();
    }
}

// What is due to the microsecond cannot be slept for.
void Fleet::round() { round(plan_.rate != 0 ? std::chrono::milliseconds(0) : wake_up); }

void Fleet::glance() { round(std::chrono::milliseconds(0)); }

void Fleet::round(std::chrono::milliseconds patience) {
    now_ = clock_.now();
    if (plan_.rate != 0) publish_due();
    wire_.flush();
    wire_.round(patience);
}

bool Fleet::is_stalled() const { return clock_.now() - heard_ > stall; }

}  // namespace trunkline::load
