#pragma once
// Tretry and Nretry as one machine (§6.13, §7.2).

#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline::mqttsn {

struct RetrySettings {
    Duration interval = std::chrono::seconds(10);  // Tretry
    unsigned limit = 3;                            // Nretry: retransmissions after the first sending

    /// From the first sending to the end of waiting for an answer: copies leave within it.
    constexpr Duration patience() const { return interval * (limit + 1); }
    /// How long a MsgId is remembered after its exchange, unless a setting says otherwise: a link that delivers a copy
    /// later than that makes a new message of it.
    constexpr Duration quarantine() const { return 2 * interval; }
};

/// Supervises one unicast message that expects a reply: repeat it every `interval`, at most `limit` times; when one
/// more interval passes without a reply, it has failed.
class Retry {
public:
    enum class Due { nothing, send_again, give_up };

    void start(const RetrySettings& settings, Instant now) {
        left_ = settings.limit;
        interval_ = settings.interval;
        deadline_ = now + interval_;
    }
    void stop() { deadline_.reset(); }
    bool is_running() const { return deadline_.has_value(); }
    std::optional<Instant> deadline() const { return deadline_; }

    /// What the passing of time demands. give_up stops it.
    Due advance(Instant now) {
        if (!deadline_ || now < *deadline_) return Due::nothing;
        if (left_ == 0) {
            deadline_.reset();
            return Due::give_up;
        }
        --left_;
        deadline_ = now + interval_;
        return Due::send_again;
    }

private:
    unsigned left_ = 0;
    Duration interval_{};
    std::optional<Instant> deadline_;
};

}  // namespace trunkline::mqttsn
