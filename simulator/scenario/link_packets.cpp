// What happens to single packets: "duplicate", "reorder", "corrupt".

#include <array>

#include "simulator/scenario/link_keys.hpp"

namespace trunkline::sim::reading {

namespace {

void read_correlation(const Field& keys, double& correlation) {
    if (const auto field = keys.find("correlation")) correlation = field->number(0.0, 0.999);
}

}  // namespace

/// 0.002, or {"p": 0.002, "lag": "200ms"}.
void read_duplicate(const Field& duplicate, LinkProfile& link) {
    link.duplicate_lag = Duration::zero();
    link.duplicate_correlation = 0.0;
    if (!duplicate.is_object()) {
        link.duplicate = duplicate.probability();
        return;
    }
    constexpr std::array<Key, 3> keys = {{{"p"}, {"lag"}, {"correlation"}}};
    duplicate.allow(keys);
    link.duplicate = duplicate.need("p").probability();
    read_correlation(duplicate, link.duplicate_correlation);
    if (const auto lag = duplicate.find("lag")) link.duplicate_lag = lag->duration(Duration::zero(), longest_held_back);
}

/// {"p": 0.005, "by": "200ms"}: held back; or netem's {"p": 0.25, "gap": 5}: sent at once.
void read_reorder(const Field& reorder, LinkProfile& link) {
    constexpr std::array<Key, 4> keys = {{{"p"}, {"by"}, {"gap"}, {"correlation"}}};
    reorder.allow(keys);
    const auto gap = reorder.find("gap");
    link.reorder_gap = gap ? static_cast<unsigned>(gap->natural(1, 1'000'000)) : 1;
    // netem: a gap alone means every such packet.
    const auto share = gap ? reorder.find("p") : reorder.need("p");
    link.reorder = share ? share->probability() : 1.0;
    const auto by = reorder.find("by");
    link.reorder_skips_delay = !by;
    link.reorder_by = by ? by->duration(Duration::zero(), longest_held_back) : Duration::zero();
    link.reorder_correlation = 0.0;
    read_correlation(reorder, link.reorder_correlation);
}

/// 0.0005, or {"p": 0.0005, "checksum": false}.
void read_corrupt(const Field& corrupt, LinkProfile& link) {
    link.corrupt_correlation = 0.0;
    link.has_checksum = true;
    if (!corrupt.is_object()) {
        link.corrupt = corrupt.probability();
        return;
    }
    constexpr std::array<Key, 3> keys = {{{"p"}, {"correlation"}, {"checksum"}}};
    corrupt.allow(keys);
    link.corrupt = corrupt.need("p").probability();
    read_correlation(corrupt, link.corrupt_correlation);
    if (const auto checksum = corrupt.find("checksum")) link.has_checksum = checksum->boolean();
}

}  // namespace trunkline::sim::reading
