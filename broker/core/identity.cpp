#include "broker/core/identity.hpp"

namespace trunkline::broker {

bool Identity::may(const Acl& acl, std::uint64_t generation, std::string_view client_id, Access access,
                   std::string_view topic) {
    if (generation_ != generation) {
        decisions_.clear();
        oldest_ = 0;
        generation_ = generation;
    }
    for (const Decision& decision : decisions_) {
        if (decision.access == access && decision.topic == topic) return decision.allowed;
    }
    const bool allowed = acl.decide(as_client(client_id), access, topic).allowed;
    if (decisions_.size() < decision_limit) {
        decisions_.push_back({std::string(topic), access, allowed});
    } else {
        decisions_[oldest_] = {std::string(topic), access, allowed};
        oldest_ = (oldest_ + 1) % decision_limit;
    }
    return allowed;
}

}  // namespace trunkline::broker
