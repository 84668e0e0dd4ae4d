// How a client sleeps, and takes its messages while awake (§6.14).

#include <cassert>
#include <limits>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {

void Client::sleep(std::chrono::seconds duration, Instant now) {
    assert(can_request());
    assert(duration.count() > 0);  // zero would be an ordinary DISCONNECT
    assert(duration.count() <= std::numeric_limits<std::uint16_t>::max());
    sleep_duration_ = static_cast<std::uint16_t>(duration.count());
    state_ = State::falling_asleep;
    send_disconnect(now);
    supervise(now);
}

void Client::wake(Instant now) {
    if (state_ != State::asleep) return;
    state_ = State::awake;
    resume_at_.reset();
    send_waking_ping(now);
    supervise(now);
}

void Client::send_waking_ping(Instant now) { send(PingReq{.client_id = settings_.client_id}, now); }

void Client::fall_asleep(bool gateway_answered, Instant now) {
    state_ = State::asleep;
    retry_.stop();
    pinging_ = false;
    resume_at_ = now + std::chrono::seconds(sleep_duration_);
    outputs().events.push_back(ClientAsleep{.gateway_answered = gateway_answered});
}

// While awake, whatever the gateway sends shows that it is at work: the waking PINGREQ is not repeated, but waits on.
void Client::gateway_is_at_work(Instant now) {
    if (state_ == State::awake) supervise(now);
}

}  // namespace trunkline::mqttsn
