// How a client changes its will while it is active (§6.4).

#include <cassert>
#include <utility>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {

void Client::change_will(Will will, Instant now) {
    assert(can_request());
    assert(!will.topic.empty());
    settings_.will = std::move(will);
    request_ = ChangingWill{};
    start_request(now);
}

void Client::delete_will(Instant now) {
    assert(can_request());
    settings_.will.reset();
    request_ = ChangingWill{};
    start_request(now);
}

void Client::start(ChangingWill& changing, Instant now) {
    send_step(changing, now);
    supervise(now);
}

void Client::send_step(const ChangingWill& changing, Instant now) {
    const std::optional<Will>& will = settings_.will;
    if (!will) return send(WillTopicUpd{}, now);  // deletes topic and message
    if (changing.step == ChangingWill::Step::message) return send(WillMsgUpd{.message = will->message}, now);
    send(WillTopicUpd{.qos = will->qos, .retain = will->retain, .topic = will->topic}, now);
}

void Client::handle(const WillTopicResp& message, Instant now) {
    will_answered(ChangingWill::Step::topic, message.return_code, now);
}

void Client::handle(const WillMsgResp& message, Instant now) {
    will_answered(ChangingWill::Step::message, message.return_code, now);
}

void Client::will_answered(ChangingWill::Step step, ReturnCode return_code, Instant now) {
    auto* changing = std::get_if<ChangingWill>(&request_);
    if (changing == nullptr || changing->step != step || is_congested()) {
        ++ignored_received_;
        return;
    }
    if (return_code == ReturnCode::congestion) return wait_out_congestion(now);
    if (return_code != ReturnCode::accepted) return end_request(RequestOutcome::rejected, return_code);
    if (!settings_.will || step == ChangingWill::Step::message) return end_request(RequestOutcome::acknowledged);
    changing->step = ChangingWill::Step::message;
    start_request(now);
}

}  // namespace trunkline::mqttsn
