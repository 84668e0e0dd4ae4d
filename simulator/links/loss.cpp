#include "simulator/links/loss.hpp"

namespace trunkline::sim {

bool IndependentLoss::loses(Random& random) const { return random.chance(probability_); }

}  // namespace trunkline::sim
