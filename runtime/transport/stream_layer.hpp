#pragma once
// What may stand between the octets of a socket and those that a stream's owner sees: PROXY header, TLS, WebSocket.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::runtime {

/// Where an accepted stream comes from.
struct StreamOrigin {
    std::string listener;  // URL as bound
    std::string peer;      // "127.0.0.1:50412"
    std::string user;      // the name in its certificate; empty: none
    std::string security;  // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty: none
};

/// One layer of one accepted stream: octets in, octets out. It decides, and never acts.
class StreamLayer {
public:
    enum class Status : std::uint8_t {
        opening,  // nothing but the layers themselves is spoken yet
        open,
        ended,   // the peer has said so in the layer's own words
        failed,  // failure() says why
    };

    virtual ~StreamLayer() = default;

    /// Octets from the side of the wire. Appends what the layer above gets to `up` and what the peer gets to `down`.
    virtual void received(ByteView octets, OutputBytes& up, OutputBytes& down) = 0;
    /// Octets from above.
    virtual void send(ByteView octets, OutputBytes& down) = 0;
    /// Nothing follows from above: says so to the peer.
    virtual void close(OutputBytes& down) = 0;

    virtual Status status() const = 0;
    /// Static text; empty unless it has failed.
    virtual std::string_view failure() const = 0;
    /// Once open: adds what this layer knows.
    virtual void describe(StreamOrigin&) const {}
    /// False: once open it has nothing more to do.
    virtual bool stays() const { return true; }
};

/// The layers of one stream; the first is the nearest to the wire.
class LayerStack {
public:
    using Status = StreamLayer::Status;

    void add(std::unique_ptr<StreamLayer> layer) { layers_.push_back(std::move(layer)); }
    bool empty() const { return layers_.empty(); }

    void received(ByteView octets, OutputBytes& to_owner, OutputBytes& to_peer) {
        pass_up(0, octets, to_owner, to_peer);
    }
    void send(ByteView octets, OutputBytes& to_peer) { pass_down(layers_.size(), octets, to_peer); }
    void close(OutputBytes& to_peer);

    /// Failed or ended if one of them is, opening while one of them is.
    Status status() const;
    std::string_view failure() const;
    void describe(StreamOrigin& origin) const;
    /// Lets go of the layers that have nothing more to do.
    void settle();

private:
    void pass_up(std::size_t index, ByteView octets, OutputBytes& to_owner, OutputBytes& to_peer);
    /// Through the layers below `index`.
    void pass_down(std::size_t index, ByteView octets, OutputBytes& to_peer);

    std::vector<std::unique_ptr<StreamLayer>> layers_;
};

}  // namespace trunkline::runtime
