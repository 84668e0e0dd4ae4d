#include "simulator/scenario/selection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "protocol/base/random.hpp"

namespace trunkline::sim::reading {

namespace {

std::size_t count_of(const Field& pick, std::size_t all) {
    if (pick.is_whole()) return static_cast<std::size_t>(pick.natural(1, all));
    const double share = pick.number(0.0, 1.0);
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(share * static_cast<double>(all))));
}

}  // namespace

Field selector_in(const Field& on) {
    constexpr std::array<Key, 2> keys = {{{"of"}, {"pick"}}};
    if (!on.is_object()) return on;
    on.allow(keys);
    on.need("pick");
    return on.need("of");
}

std::vector<std::size_t> picked(const Field& on, std::vector<std::size_t> all, const Draft& draft,
                                const std::string& fault) {
    if (!on.is_object()) return all;
    const std::size_t count = count_of(on.need("pick"), all.size());
    Random random(draft.plan.seed, "fault:" + fault, "pick");
    for (std::size_t at = 0; at < count; ++at)
        std::swap(all[at], all[at + static_cast<std::size_t>(random.below(all.size() - at))]);
    all.resize(count);
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<std::size_t> select_some(const Field& on, const Names& names, const Draft& draft,
                                     const std::string& fault) {
    return picked(on, names.select(selector_in(on)), draft, fault);
}

}  // namespace trunkline::sim::reading
