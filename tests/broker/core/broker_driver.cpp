#include "tests/broker/core/broker_driver.hpp"

#include <doctest/doctest.h>

namespace trunkline::broker::test {

std::string payloads(const std::vector<Got>& packets) {
    std::string all;
    for (const Got& got : packets) {
        if (got.type == mqtt::PacketType::publish) all += got.payload;
    }
    return all;
}

std::vector<std::uint32_t> Got::subscription_ids() const {
    std::vector<std::uint32_t> ids;
    for (const mqtt::Property& property : properties()) {
        if (property.id == mqtt::PropertyId::subscription_identifier) ids.push_back(property.number);
    }
    return ids;
}

namespace {

Got value_of(const mqtt::Packet& packet, mqtt::PacketType type) {
    Got got;
    got.type = type;
    const auto copy = [&got](const auto& p) {
        using P = std::decay_t<decltype(p)>;
        if constexpr (requires { p.packet_id; }) got.id = static_cast<std::uint16_t>(p.packet_id);
        if constexpr (requires { p.reason; }) got.reason = p.reason;
        if constexpr (requires { p.properties; })
            got.octets.assign(p.properties.octets().begin(), p.properties.octets().end());
        if constexpr (requires { p.reasons; }) {
            for (const std::byte reason : p.reasons) got.reasons.push_back(static_cast<mqtt::ReasonCode>(reason));
        }
        if constexpr (std::is_same_v<P, mqtt::ConnAck>) got.session_present = p.session_present;
        if constexpr (std::is_same_v<P, mqtt::Publish>) {
            got.topic = p.topic;
            got.payload = as_text(p.payload);
            got.qos = p.qos;
            got.dup = p.dup;
            got.retain = p.retain;
        }
    };
    std::visit(copy, packet);
    return got;
}

}  // namespace

Driver::Driver(Settings settings) : broker(settings), settings_(settings) {
    broker.start(now, wall());
    struct Nothing : Store::Visitor {
        void record(StoreRecord) override {}
    };
    Nothing nothing;
    load(nothing);
}

void Driver::load(Store::Visitor& visitor) { REQUIRE(ledger.load(visitor, WallClock(now, wall())).has_value()); }

void Driver::restart(Duration down) {
    const WallTime wall_now = wall() + down;
    now = Instant(wall_now.time_since_epoch() - std::chrono::hours(400'000));
    broker = Broker(settings_);
    clients_.clear();
    writing_.reset();
    wanted_.clear();
    broker.start(now, wall_now);
    struct Restorer : Store::Visitor {
        Driver* driver = nullptr;
        void record(StoreRecord record) override {
            driver->broker.restore(std::move(record), driver->now, driver->wall());
        }
    };
    Restorer restorer;
    restorer.driver = this;
    load(restorer);
}

ConnectionId Driver::open() { return open_at({}); }

ConnectionId Driver::open_at(ListenerId listener) {
    TransportInfo info;
    info.peer = "127.0.0.1:" + std::to_string(50'001 + last_id_);
    info.listener = "mqtt://127.0.0.1:1883";
    info.listener_id = listener;
    return open(std::move(info));
}

ConnectionId Driver::open(TransportInfo info) {
    const ConnectionId id{++last_id_};
    clients_[id] = Client();
    broker.opened(id, std::move(info), now);
    round();
    return id;
}

ConnectionId Driver::connect(std::string_view client_id, mqtt::ProtocolVersion version, bool clean_start,
                             std::uint32_t expiry_seconds) {
    return connect_at({}, client_id, version, clean_start, expiry_seconds);
}

ConnectionId Driver::connect_at(ListenerId listener, std::string_view client_id, mqtt::ProtocolVersion version,
                                bool clean_start, std::uint32_t expiry_seconds) {
    const ConnectionId id = open_at(listener);
    mqtt::Connect connect;
    connect.version = version;
    connect.clean_start = clean_start;
    connect.client_id = client_id;
    mqtt::PropertyBuilder properties;
    if (version == mqtt::ProtocolVersion::v5 && expiry_seconds != 0) {
        properties.number(mqtt::PropertyId::session_expiry_interval, expiry_seconds);
        connect.properties = properties.view();
    }
    send(id, connect);
    return id;
}

void Driver::send(ConnectionId id, const mqtt::Packet& packet) {
    Client& client = clients_[id];
    if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) client.version = connect->version;
    OutputBytes bytes;
    mqtt::encode(packet, client.version, bytes);
    send_bytes(id, bytes.view());
}

void Driver::send_bytes(ConnectionId id, ByteView bytes) {
    broker.received(id, bytes, now);
    round();
}

void Driver::subscribe(ConnectionId id, std::string_view filter, const mqtt::SubscriptionOptions& options,
                       std::uint32_t subscription_id, std::uint16_t packet_id) {
    mqtt::SubscriptionRequestBuilder requests;
    mqtt::PropertyBuilder properties;
    if (subscription_id != 0) properties.number(mqtt::PropertyId::subscription_identifier, subscription_id);
    mqtt::Subscribe packet;
    packet.packet_id = mqtt::PacketId{packet_id};
    packet.properties = properties.view();
    packet.requests = requests.add(filter, options).view(mqtt::SubscriptionRequests::Kind::subscribe);
    send(id, packet);
}

void Driver::unsubscribe(ConnectionId id, std::string_view filter, std::uint16_t packet_id) {
    mqtt::SubscriptionRequestBuilder requests;
    mqtt::Unsubscribe packet;
    packet.packet_id = mqtt::PacketId{packet_id};
    packet.requests = requests.add(filter).view(mqtt::SubscriptionRequests::Kind::unsubscribe);
    send(id, packet);
}

void Driver::publish(ConnectionId id, std::string_view topic, std::string_view payload, mqtt::QoS qos,
                     std::uint16_t packet_id) {
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = as_byte_view(payload);
    packet.qos = qos;
    if (qos != mqtt::QoS::at_most_once) packet.packet_id = mqtt::PacketId{packet_id};
    send(id, packet);
}

void Driver::acknowledge(ConnectionId id, std::uint16_t packet_id) {
    mqtt::PubAck packet;
    packet.packet_id = mqtt::PacketId{packet_id};
    send(id, packet);
}

void Driver::cut(ConnectionId id) {
    broker.closed(id, CloseCause::peer_closed, now);
    clients_[id].closed = CloseCause::peer_closed;
    round();
}

std::vector<Got> Driver::take(ConnectionId id, mqtt::PacketType type) {
    std::vector<Got> chosen;
    for (Got& got : take(id)) {
        if (got.type == type) chosen.push_back(std::move(got));
    }
    return chosen;
}

void Driver::store_now() {
    store_works = true;
    if (writing_) {
        REQUIRE(ledger.apply(*writing_).has_value());
        broker.stored(writing_->ticket, now);
        writing_.reset();
    }
    round();
}

void Driver::fail_store() {
    store_works = false;
    round();
    REQUIRE(writing_);
    broker.store_failed(writing_->ticket, {10, "disk I/O error"}, now);
    round();
}

void Driver::round() {
    for (int turn = 0; turn < 10; ++turn) {
        if (!writing_) writing_ = broker.take_batch();
        const bool stores = writing_ && store_works;
        const std::span<const ConnectionId> shown = broker.pending();
        const std::vector<ConnectionId> pending(shown.begin(), shown.end());
        for (const ConnectionId id : pending) {
            Client& client = clients_[id];
            OutputBytes out;
            const std::size_t bytes = broker.take_output(id, out);
            client.stream.insert(client.stream.end(), out.view().begin(), out.view().end());
            if (client.octets) client.octets->insert(client.octets->end(), out.view().begin(), out.view().end());
            read_stream(client);
            client.untaken += bytes;
            if (!client.stuck) broker.written(id, std::exchange(client.untaken, 0), now);
            if (const std::optional<CloseCause> cause = broker.close_requested(id)) {
                client.closed = cause;
                broker.closed(id, *cause, now);
            }
        }
        if (stores) {
            REQUIRE(ledger.apply(*writing_).has_value());
            const Ticket ticket = writing_->ticket;
            writing_.reset();
            broker.stored(ticket, now);
        } else if (!read_queues() && pending.empty()) {
            return;
        }
    }
}

void Driver::fail_reading() {
    REQUIRE_FALSE(wanted_.empty());
    for (const Fetch& wanted : wanted_) broker.fetch_failed(wanted.id, {10, "disk I/O error"}, now);
}

bool Driver::read_queues() {
    for (Fetch& wanted : broker.take_fetches()) wanted_.push_back(wanted);
    if (!store_reads || wanted_.empty()) return false;
    for (const Fetch& wanted : std::exchange(wanted_, {})) {
        Result<FetchedPart, StoreError> part = ledger.fetch(wanted);
        REQUIRE(part.has_value());
        const auto is_damaged = [this](const EntryRecord& record) { return record.arrival == damaged; };
        part->damages.resize(std::erase_if(part->records, is_damaged), "table entry: the checksum does not match");
        broker.fetched(wanted.id, *std::move(part), now);
    }
    return true;
}

void Driver::read_stream(Client& client) {
    while (const auto frame = mqtt::next_frame(client.stream, 1U << 28U)) {
        REQUIRE(frame->has_value());
        const auto packet = mqtt::decode(**frame, client.version);
        REQUIRE(packet.has_value());
        client.got.push_back(value_of(*packet, (*frame)->type()));
        client.stream.erase(client.stream.begin(), client.stream.begin() + static_cast<std::ptrdiff_t>((*frame)->size));
    }
}

}  // namespace trunkline::broker::test
