#include "simulator/world/write_behind.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace trunkline::sim {

void WriteBehind::write_due(BrokerDisk& disk, Instant now) {
    const auto is_due = [&](const Kept& kept) { return kept.at <= now - lag_; };
    const auto end = std::find_if_not(kept_.begin(), kept_.end(), is_due);
    for (auto due = kept_.begin(); due != end; ++due) disk.write(due->batch);
    kept_.erase(kept_.begin(), end);
}

std::vector<Lapse> WriteBehind::lose_all() {
    std::vector<Lapse> lost;
    for (const Kept& kept : kept_) {
        for (const broker::StoreOperation& operation : kept.batch.operations) {
            const auto* put = std::get_if<broker::PutEntry>(&operation);
            if (put == nullptr) continue;
            const broker::Message& message = *put->record.message;
            lost.push_back({kept.at, {}, std::string(message.topic()), std::string(as_text(message.payload()))});
        }
    }
    kept_.clear();
    return lost;
}

}  // namespace trunkline::sim
