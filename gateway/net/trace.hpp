#pragma once
// What chosen sensors say and are told, on both sides of the gateway, as lines of the log.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "protocol/mqtt/codec.hpp"
#include "runtime/log/log.hpp"

namespace trunkline::gateway {

/// The driver shows it every datagram and every octet of MQTT, if is_on(): off, it costs that question.
///
///     … info trace client_id=ps-117 from=sensor message=PUBLISH topic_id=7 qos=1 msg_id=3 bytes=12
///     … info trace client_id=ps-117 to=broker packet=PUBLISH topic=station/7/pressure qos=1 packet_id=9 bytes=12
class Trace {
public:
    static constexpr std::size_t limit = 16;  // sensors at once

    explicit Trace(const runtime::Log& log) : log_(log) {}

    bool is_on() const { return !traced_.empty(); }
    /// From now on; also before the sensor has come. False: there are too many.
    bool begin(std::string_view client_id, const Gateway& core);
    /// False: it was not traced.
    bool end(std::string_view client_id);

    // only while is_on()
    /// Before the core gets it.
    void datagram_received(const Gateway& core, const Address& from, ByteView datagram);
    /// After the core has left them.
    void datagrams_sent(const Gateway& core, const DatagramBatch& batch);
    void upstream_received(const Gateway& core, UpstreamId id, ByteView bytes);
    void upstream_sent(const Gateway& core, UpstreamId id, ByteView bytes);
    void upstream_closed(UpstreamId id);

private:
    /// One connection to the broker.
    struct Upstream {
        explicit Upstream(mqtt::ProtocolVersion spoken);
        mqtt::ProtocolVersion version;
        mqtt::FrameStream received;
        mqtt::FrameStream sent;
    };
    struct Traced {
        std::optional<Origin> origin;  // where it was last
        std::map<UpstreamId, Upstream> upstreams;
    };
    using Entry = std::pair<const std::string, Traced>;

    static void find_again(Entry& traced, const Gateway& core);
    /// Of the traced sensors the one whose connection this is; nullptr: none.
    Entry* owner_of(const Gateway& core, UpstreamId id);
    void write(const std::string& client_id, std::string_view way, std::string_view side,
               const mqttsn::Message& message);
    void write(const std::string& client_id, std::string_view way, mqtt::FrameStream& frames,
               mqtt::ProtocolVersion version, ByteView bytes);

    const runtime::Log& log_;
    std::map<std::string, Traced, std::less<>> traced_;
};

}  // namespace trunkline::gateway
