#pragma once
// How brokers are reached: their addresses and, over TLS, whom to believe.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/brokers.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/log/log.hpp"
#include "runtime/transport/file_watch.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "runtime/transport/tls_client_context.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::gateway {

struct BrokerAddresses {
    std::vector<runtime::Url> urls;                       // mqtt or mqtts, in the order of Settings::brokers
    runtime::TlsClientSettings tls = {};                  // of mqtts
    Duration connect_timeout = std::chrono::seconds(10);  // from the first SYN to the end of the handshake
    std::vector<Address> sources = {};                    // of this machine, by turns; none: the system chooses

    bool has_tls() const;
};

/// Opens the streams to brokers, and tells the log when one can no longer be reached and when it can again.
class BrokerDialler {
public:
    /// Throws runtime::StartError for files that cannot be used. All outlive it.
    BrokerDialler(runtime::EventLoop& loop, BrokerAddresses brokers, const runtime::Log& log);

    void dial(BrokerId broker, runtime::TcpStreams& streams, runtime::StreamId id);
    /// Some broker was last heard of as being out of reach: reached() matters.
    bool misses_any() const { return missing_ != 0; }
    /// A stream to it has brought something.
    void reached(BrokerId broker);
    /// A stream to it has ended.
    void ended(BrokerId broker, const runtime::StreamEnd& end);

    /// Reads certificates and key again, for streams that are opened from now on.
    void reload();
    /// The same if one of the files is not what it was.
    void reload_changed();

private:
    const BrokerAddresses brokers_;
    const runtime::Log& log_;
    std::unique_ptr<runtime::TlsClientContext> tls_;  // null: plain TCP
    std::unique_ptr<runtime::FileWatch> watch_;       // null: nothing is read
    /// Of each broker: why it could not be connected last, told once; empty: it could.
    std::vector<std::string> unreachable_;
    std::size_t missing_ = 0;      // how many of them are not empty
    std::size_t next_source_ = 0;  // whose turn it is
};

/// Tells the log of brokers on other machines that user names and passwords reach in clear text.
void warn_of_clear_text(const BrokerAddresses& brokers, const runtime::Log& log);

}  // namespace trunkline::gateway
