#include "simulator/links/loss.hpp"

namespace trunkline::sim {

namespace {

struct Lose {
    Instant now;
    Random& random;

    bool operator()(const IndependentLoss& model) const { return model.loses(random); }
    bool operator()(LossBurstsByPacket& model) const { return model.loses(random); }
    bool operator()(LossBurstsByTime& model) const { return model.loses(now, random); }
};

}  // namespace

bool IndependentLoss::loses(Random& random) const { return random.chance(probability_); }

PacketLossModel::PacketLossModel(const LinkProfile& profile) : model_(IndependentLoss(profile.loss)) {
    if (!profile.bursts) return;
    if (const auto* by_packet = std::get_if<BurstsByPacket>(&*profile.bursts)) {
        model_.emplace<LossBurstsByPacket>(*by_packet);
    } else {
        model_.emplace<LossBurstsByTime>(std::get<BurstsByTime>(*profile.bursts));
    }
}

bool PacketLossModel::loses(Instant now, Random& random) { return std::visit(Lose{now, random}, model_); }

}  // namespace trunkline::sim
