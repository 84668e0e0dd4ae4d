// The least that a program can do which passes PUBLISH of MQTT-SN on to a broker: the floors under every gateway's
// figures on this machine.
//
// "shared" brings all sensors' messages over one connection and numbers them anew; "each" gives every sensor a
// connection of its own, whose packet identifiers are the sensor's MsgIds. Both receive and send datagrams in batches
// and write to each connection once a round, and both wait for the broker's acknowledgement before they give theirs.
// "each" can open connections before there are sensors for them, as soon as the broker is there.
// No topics but short names, no sessions, no timers, no retransmission, no checks: gateways they are not.

#include <sys/epoll.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "benchmarks/relay/datagram_socket.hpp"
#include "benchmarks/relay/upstream_stream.hpp"

namespace trunkline::relay {

namespace {

constexpr std::uint64_t of_datagrams = UINT64_MAX;
// Message types of MQTT-SN 1.2 (§5.2.2).
constexpr unsigned sn_connect = 0x04, sn_connack = 0x05, sn_publish = 0x0c, sn_puback = 0x0d, sn_disconnect = 0x18;

unsigned octet(ByteView octets, std::size_t at) { return std::to_integer<unsigned>(octets[at]); }

template <typename... Octet>
auto octets_of(Octet... octets) {
    return std::array{static_cast<std::byte>(octets)...};
}

void append(std::vector<std::byte>& out, ByteView octets) { out.insert(out.end(), octets.begin(), octets.end()); }

/// One connection to the broker, and for whom it is.
struct Upstream {
    UpstreamStream stream;
    Place sensor = 0;  // "each"
    bool is_dirty = false;
};

class DatagramRelay {
public:
    DatagramRelay(std::uint16_t port, std::uint16_t broker, bool is_shared, std::size_t spares);
    [[noreturn]] void run();

private:
    void on_datagram(Place from, ByteView datagram);
    void connect(Place from, ByteView client_id);
    void publish(Place from, ByteView datagram);
    void on_frame(Upstream& upstream, const mqtt::Frame& frame);
    Upstream& open(Place sensor, ByteView client_id);
    std::size_t add_upstream(Place sensor);
    void open_spares();
    std::vector<std::byte>& output(Upstream& upstream);

    /// Whose message has this packet identifier on the shared connection.
    struct Pending {
        Place sensor = 0;
        std::array<std::byte, 4> ids{};  // of topic and message
    };

    const std::uint16_t broker_;
    const bool is_shared_;
    int epoll_;
    DatagramSocket datagrams_;
    std::vector<std::unique_ptr<Upstream>> upstreams_;
    std::unordered_map<Place, std::size_t> by_sensor_;
    std::size_t wanted_spares_;
    std::vector<std::size_t> spares_;  // of upstreams_
    std::vector<Pending> pending_;
    std::uint16_t last_packet_id_ = 0;
    std::vector<Upstream*> dirty_;
    std::vector<std::byte> buffer_;
};

DatagramRelay::DatagramRelay(std::uint16_t port, std::uint16_t broker, bool is_shared, std::size_t spares)
    : broker_(broker),
      is_shared_(is_shared),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      datagrams_(port),
      wanted_spares_(spares),
      pending_(is_shared ? 65'536 : 0),
      buffer_(256 * 1024) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = of_datagrams;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, datagrams_.handle(), &event) != 0) std::exit(1);
}

void DatagramRelay::run() {
    constexpr int look_again_ms = 100;
    std::array<epoll_event, 512> ready{};
    for (;;) {
        const int patience = wanted_spares_ == 0 ? -1 : look_again_ms;
        const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), patience);
        if (count == 0 && UpstreamStream::is_anybody_at(broker_)) open_spares();
        for (int at = 0; at < count; ++at) {
            const epoll_event& event = ready[static_cast<std::size_t>(at)];
            if (event.data.u64 == of_datagrams) {
                while (datagrams_.receive([this](Place from, ByteView octets) { on_datagram(from, octets); })) {}
                continue;
            }
            Upstream& upstream = *upstreams_[event.data.u64];
            if ((event.events & EPOLLOUT) != 0) upstream.stream.send();
            if ((event.events & ~unsigned{EPOLLOUT}) == 0) continue;
            upstream.stream.receive(buffer_, [&](const mqtt::Frame& frame) { on_frame(upstream, frame); });
        }
        for (Upstream* upstream : dirty_) {
            upstream->is_dirty = false;
            upstream->stream.send();
        }
        dirty_.clear();
        datagrams_.flush();
    }
}

void DatagramRelay::on_datagram(Place from, ByteView datagram) {
    if (datagram.size() < 2) return;
    switch (octet(datagram, 1)) {
        case sn_connect:
            if (datagram.size() > 6) connect(from, datagram.subspan(6));
            return;
        case sn_publish:
            if (datagram.size() >= 7) publish(from, datagram);
            return;
        default:
            datagrams_.put(from, octets_of(2, sn_disconnect));  // to whoever asks whether it is there
    }
}

void DatagramRelay::connect(Place from, ByteView client_id) {
    if (!is_shared_) {
        if (!by_sensor_.contains(from)) open(from, client_id);
        return;  // CONNACK follows the broker's
    }
    if (upstreams_.empty()) open(0, as_byte_view("relay"));
    datagrams_.put(from, octets_of(3, sn_connack, 0));
}

Upstream& DatagramRelay::open(Place sensor, ByteView client_id) {
    const std::size_t index = spares_.empty() ? add_upstream(sensor) : spares_.back();
    if (!spares_.empty()) spares_.pop_back();
    Upstream& upstream = *upstreams_[index];
    upstream.sensor = sensor;
    if (!is_shared_) by_sensor_[sensor] = index;
    std::vector<std::byte>& out = output(upstream);
    append(out,
           octets_of(0x10, 12 + client_id.size(), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0x0e, 0x10, 0, client_id.size()));
    append(out, client_id);
    return upstream;
}

std::size_t DatagramRelay::add_upstream(Place sensor) {
    const std::size_t index = upstreams_.size();
    upstreams_.push_back(std::make_unique<Upstream>(Upstream{UpstreamStream(epoll_, broker_, index), sensor}));
    return index;
}

void DatagramRelay::open_spares() {
    for (; wanted_spares_ != 0; --wanted_spares_) spares_.push_back(add_upstream(0));
}

void DatagramRelay::publish(Place from, ByteView datagram) {
    const unsigned qos = octet(datagram, 2) >> 5U & 3U;
    std::size_t index = 0;
    if (!is_shared_) {
        const auto known = by_sensor_.find(from);
        if (known == by_sensor_.end()) return;
        index = known->second;
    }
    const ByteView topic = datagram.subspan(3, 2), payload = datagram.subspan(7);
    std::array<std::byte, 2> id{datagram[5], datagram[6]};
    if (is_shared_ && qos != 0) {
        if (++last_packet_id_ == 0) ++last_packet_id_;
        Pending& pending = pending_[last_packet_id_];
        pending.sensor = from;
        std::memcpy(pending.ids.data(), datagram.data() + 3, pending.ids.size());
        id = octets_of(last_packet_id_ >> 8U, last_packet_id_ & 0xffU);
    }
    std::vector<std::byte>& out = output(*upstreams_[index]);
    const std::size_t size = 4 + (qos != 0 ? 2 : 0) + payload.size();
    out.push_back(static_cast<std::byte>(0x30U | qos << 1U));
    if (size > 127) out.push_back(static_cast<std::byte>(0x80U | (size & 0x7fU)));
    out.push_back(static_cast<std::byte>(size > 127 ? size >> 7U : size));
    append(out, octets_of(0, 2));
    append(out, topic);
    if (qos != 0) append(out, id);
    append(out, payload);
}

void DatagramRelay::on_frame(Upstream& upstream, const mqtt::Frame& frame) {
    if (frame.type() == mqtt::PacketType::connack && !is_shared_)
        datagrams_.put(upstream.sensor, octets_of(3, sn_connack, 0));
    if (frame.type() != mqtt::PacketType::puback || frame.body.size() < 2) return;
    if (!is_shared_) {
        const auto answer = octets_of(7, sn_puback, 'r', 'd', octet(frame.body, 0), octet(frame.body, 1), 0);
        return datagrams_.put(upstream.sensor, answer);
    }
    const Pending& pending = pending_[octet(frame.body, 0) << 8U | octet(frame.body, 1)];
    const auto& ids = pending.ids;
    datagrams_.put(pending.sensor, octets_of(7, sn_puback, ids[0], ids[1], ids[2], ids[3], 0));
}

std::vector<std::byte>& DatagramRelay::output(Upstream& upstream) {
    if (!upstream.is_dirty) dirty_.push_back(&upstream);
    upstream.is_dirty = true;
    return upstream.stream.output();
}

void raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// 0: it is none.
std::uint16_t port_of(const char* text) {
    const long port = std::strtol(text, nullptr, 10);
    return port < 1 || port > 65'535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port);
}

}  // namespace

}  // namespace trunkline::relay

int main(int argc, char** argv) {
    using namespace trunkline::relay;
    const std::string_view mode = argc >= 4 ? argv[3] : "";
    const bool is_shared = mode == "shared";
    const long spares = argc == 5 ? std::strtol(argv[4], nullptr, 10) : 0;
    if (argc > 5 || spares < 0 || (is_shared && spares != 0) || (!is_shared && mode != "each") ||
        port_of(argv[1]) == 0 || port_of(argv[2]) == 0) {
        std::fputs("datagram_relay PORT BROKER_PORT shared|each [SPARE_CONNECTIONS]\n", stderr);
        return 2;
    }
    raise_open_file_limit();
    DatagramRelay relay(port_of(argv[1]), port_of(argv[2]), is_shared, static_cast<std::size_t>(spares));
    std::fputs("ready\n", stderr);
    relay.run();
}
