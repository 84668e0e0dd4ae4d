#include "simulator/links/loss.hpp"

namespace trunkline::sim {

namespace {

struct Lose {
    Instant now;
    Random& random;

    bool operator()(const IndependentLoss& model) const { return model.loses(random); }
    bool operator()(CorrelatedChance& model) const { return model.happens(random); }
    bool operator()(LossInFourStates& model) const { return model.loses(random); }
    bool operator()(LossBurstsByPacket& model) const { return model.loses(random); }
    bool operator()(LossBurstsByTime& model) const { return model.loses(now, random); }
};

}  // namespace

bool IndependentLoss::loses(Random& random) const { return random.chance(probability_); }

PacketLossModel::PacketLossModel(const LinkProfile& profile) : model_(IndependentLoss(profile.loss)) {
    if (!profile.bursts) {
        if (profile.loss_correlation > 0.0) model_.emplace<CorrelatedChance>(profile.loss, profile.loss_correlation);
    } else if (const auto* four = std::get_if<FourStates>(&*profile.bursts)) {
        model_.emplace<LossInFourStates>(*four);
    } else if (const auto* by_packet = std::get_if<BurstsByPacket>(&*profile.bursts)) {
        model_.emplace<LossBurstsByPacket>(*by_packet);
    } else {
        model_.emplace<LossBurstsByTime>(std::get<BurstsByTime>(*profile.bursts));
    }
}

bool PacketLossModel::loses(Instant now, Random& random) { return std::visit(Lose{now, random}, model_); }

}  // namespace trunkline::sim
