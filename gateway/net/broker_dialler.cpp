#include "gateway/net/broker_dialler.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace trunkline::gateway {

namespace {

bool is_secure(const runtime::Url& url) { return url.scheme == runtime::Scheme::mqtts; }

}  // namespace

bool BrokerAddresses::has_tls() const { return std::any_of(urls.begin(), urls.end(), is_secure); }

BrokerDialler::BrokerDialler(runtime::EventLoop& loop, BrokerAddresses brokers, const runtime::Log& log)
    : brokers_(std::move(brokers)), log_(log), unreachable_(brokers_.urls.size()) {
    if (!brokers_.has_tls()) return;
    tls_ = std::make_unique<runtime::TlsClientContext>(brokers_.tls);
    const std::vector<std::string> files = brokers_.tls.files();
    if (files.empty()) return;
    watch_ = std::make_unique<runtime::FileWatch>(loop, std::vector<std::filesystem::path>(files.begin(), files.end()));
    if (!watch_->failure().empty())
        log_.warning("files.not_watched", {{"error", watch_->failure()}, {"text", "SIGHUP reads files again"}});
}

void BrokerDialler::dial(BrokerId broker, runtime::TcpStreams& streams, runtime::StreamId id) {
    const runtime::Url& url = brokers_.urls[static_cast<std::size_t>(broker)];
    std::optional<Address> from;
    if (!brokers_.sources.empty()) from = brokers_.sources[next_source_++ % brokers_.sources.size()];
    streams.connect(id, url, brokers_.connect_timeout, is_secure(url) ? tls_.get() : nullptr, from);
}

void BrokerDialler::reached(BrokerId broker) {
    std::string& why = unreachable_[static_cast<std::size_t>(broker)];
    if (why.empty()) return;
    why.clear();
    --missing_;
    log_.info("upstream.reachable", {{"broker", to_string(brokers_.urls[static_cast<std::size_t>(broker)])}});
}

void BrokerDialler::ended(BrokerId broker, const runtime::StreamEnd& end) {
    // TLS 1.3: a server that does not take our certificate says so on a stream that we think is open.
    const bool is_told = end.cause == runtime::StreamEnd::Cause::not_connected || !end.reason.empty();
    if (!is_told) return;
    // With a thousand sensors, a broker that is away would fill the log: the first of a series is told.
    std::string why = end.reason.empty() ? end.error.message() : std::string(end.reason);
    std::string& before = unreachable_[static_cast<std::size_t>(broker)];
    if (before == why) return;
    if (before.empty()) ++missing_;
    before = std::move(why);
    log_.warning("upstream.unreachable",
                 {{"broker", to_string(brokers_.urls[static_cast<std::size_t>(broker)])}, {"error", before}});
}

void BrokerDialler::reload() {
    if (!tls_) return;
    const Result<void, std::string> reloaded = tls_->reload();
    if (!reloaded) log_.error("upstream_tls.kept", {{"error", reloaded.error()}});
    else log_.info("upstream_tls.reloaded");
}

void BrokerDialler::reload_changed() {
    if (watch_ && !watch_->take_changed().empty()) reload();
}

void warn_of_clear_text(const BrokerAddresses& brokers, const runtime::Log& log) {
    for (const runtime::Url& url : brokers.urls) {
        if (url.scheme != runtime::Scheme::mqtt || runtime::is_loopback(url.host)) continue;
        log.warning("upstream.in_the_clear",
                    {{"broker", to_string(url)}, {"text", "passwords go there unencrypted; mqtts:// protects them"}});
    }
}

}  // namespace trunkline::gateway
