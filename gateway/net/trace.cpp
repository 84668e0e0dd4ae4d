#include "gateway/net/trace.hpp"

#include <utility>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "protocol/trace/trace_line.hpp"

namespace trunkline::gateway {

namespace {

constexpr std::size_t largest_traced_packet = std::size_t{1} << 20U;

/// A datagram without what a forwarder has put around it.
struct Bare {
    ByteView wireless_node_id;
    ByteView message;
};
Bare bare(ByteView datagram) {
    if (!mqttsn::is_encapsulated(datagram)) return {{}, datagram};
    const auto forwarded = mqttsn::unwrap(datagram);
    if (!forwarded) return {};
    return {forwarded->wireless_node_id, forwarded->message};
}

bool is_at(const std::optional<Origin>& origin, const Address& address, ByteView wireless_node_id) {
    return origin && origin->address == address &&
           std::equal(wireless_node_id.begin(), wireless_node_id.end(), origin->wireless_node_id.begin(),
                      origin->wireless_node_id.end());
}

/// The name that the message itself says.
std::string_view name_in(const mqttsn::Message& message) {
    if (const auto* connect = std::get_if<mqttsn::Connect>(&message)) return connect->client_id;
    const auto* ping = std::get_if<mqttsn::PingReq>(&message);
    return ping == nullptr ? std::string_view() : ping->client_id;
}

void write_line(const runtime::Log& log, const TraceLine& line) {
    std::vector<runtime::LogField> fields;
    for (const auto& [key, value] : line.fields()) fields.emplace_back(key, value);
    log.always("trace", fields);
}

}  // namespace

Trace::Upstream::Upstream(mqtt::ProtocolVersion spoken)
    : version(spoken), received(largest_traced_packet), sent(largest_traced_packet) {}

bool Trace::begin(std::string_view client_id, const Gateway& core) {
    if (traced_.size() >= limit && !traced_.contains(client_id)) return false;
    find_again(*traced_.try_emplace(std::string(client_id)).first, core);
    return true;
}

bool Trace::end(std::string_view client_id) {
    const auto found = traced_.find(client_id);
    if (found == traced_.end()) return false;
    traced_.erase(found);
    return true;
}

/// A sensor that has no connection any more is still told something where it was last.
void Trace::find_again(Entry& traced, const Gateway& core) {
    const Client* client = core.find(traced.first);
    if (client == nullptr) return;
    if (const std::optional<Address> address = client->address()) traced.second.origin = core.origin(*address);
}

void Trace::datagram_received(const Gateway& core, const Address& from, ByteView datagram) {
    const Bare inner = bare(datagram);
    const auto message = mqttsn::decode(inner.message);
    if (!message) return;
    const std::string_view named = name_in(*message);
    for (Entry& traced : traced_) {
        find_again(traced, core);
        const bool says_its_name = named == traced.first;
        const bool is_of_another = !named.empty() && !says_its_name;
        // Who is at its address now is somebody else, unless the core says otherwise next time.
        if (is_of_another && is_at(traced.second.origin, from, inner.wireless_node_id)) traced.second.origin.reset();
        if (!says_its_name && (is_of_another || !is_at(traced.second.origin, from, inner.wireless_node_id))) continue;
        if (says_its_name) {
            const ByteView id = inner.wireless_node_id;
            traced.second.origin = Origin{from, {id.begin(), id.end()}};
        }
        write(traced.first, "from", "sensor", *message);
    }
}

void Trace::datagrams_sent(const Gateway& core, const DatagramBatch& batch) {
    for (Entry& traced : traced_) find_again(traced, core);
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const Bare inner = bare(batch.datagram(at));
        for (Entry& traced : traced_) {
            if (!is_at(traced.second.origin, batch.to(at), inner.wireless_node_id)) continue;
            if (const auto message = mqttsn::decode(inner.message)) write(traced.first, "to", "sensor", *message);
        }
    }
}

Trace::Entry* Trace::owner_of(const Gateway& core, UpstreamId id) {
    for (Entry& traced : traced_) {
        if (traced.second.upstreams.contains(id)) return &traced;
    }
    const auto owner = traced_.find(core.upstream_client_id(id));
    if (owner == traced_.end()) return nullptr;
    const std::optional<mqtt::ProtocolVersion> version = core.upstream_version(id);
    if (!version) return nullptr;
    owner->second.upstreams.emplace(id, Upstream(*version));
    return &*owner;
}

void Trace::upstream_received(const Gateway& core, UpstreamId id, ByteView bytes) {
    Entry* traced = owner_of(core, id);
    if (traced == nullptr) return;
    Upstream& upstream = traced->second.upstreams.at(id);
    write(traced->first, "from", upstream.received, upstream.version, bytes);
}

void Trace::upstream_sent(const Gateway& core, UpstreamId id, ByteView bytes) {
    Entry* traced = owner_of(core, id);
    if (traced == nullptr) return;
    Upstream& upstream = traced->second.upstreams.at(id);
    write(traced->first, "to", upstream.sent, upstream.version, bytes);
}

void Trace::upstream_closed(UpstreamId id) {
    for (Entry& traced : traced_) traced.second.upstreams.erase(id);
}

void Trace::write(const std::string& client_id, std::string_view way, std::string_view side,
                  const mqttsn::Message& message) {
    TraceLine line;
    line.add("client_id", client_id).add(way, std::string(side));
    add_fields(line, message);
    write_line(log_, line);
}

void Trace::write(const std::string& client_id, std::string_view way, mqtt::FrameStream& frames,
                  mqtt::ProtocolVersion version, ByteView bytes) {
    frames.feed(bytes);
    while (const auto frame = frames.next()) {
        TraceLine line;
        line.add("client_id", client_id).add(way, std::string("broker"));
        add_fields(line, *frame, version);
        write_line(log_, line);
        if (!*frame) return;  // sticky: a trace that began in the middle of a packet sees no more of this connection
    }
}

}  // namespace trunkline::gateway
