#include "simulator/main/coarse_cuts.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t times_more = 4;  // from one number of sensors to the next
// After what failed: in which an exchange that fails has ended, and in which most devices have come back.
constexpr std::chrono::minutes aftermaths[] = {std::chrono::minutes(1), std::chrono::minutes(10)};

/// 1, 4, 16, … and all.
std::vector<std::size_t> numbers_of_sensors(std::size_t all) {
    std::vector<std::size_t> numbers;
    for (std::size_t number = 1; number < all; number *= times_more) numbers.push_back(number);
    numbers.push_back(all);
    return numbers;
}

std::vector<Duration> lengths(const Scenario& whole, std::optional<Duration> over_by) {
    std::vector<Duration> lengths;
    if (over_by) {
        for (const Duration aftermath : aftermaths) {
            const Duration run =
                std::chrono::ceil<std::chrono::seconds>(std::max(*over_by - whole.warmup, Duration::zero())) +
                aftermath;
            if (run < whole.run) lengths.push_back(run);
        }
    }
    lengths.push_back(whole.run);
    return lengths;
}

/// Who stands how near to the sensor whom it is about: itself, its group at its station, its station, its group, all
/// others. Of nobody: those whom the expectation is about come first.
std::vector<std::size_t> by_nearness(const Scenario& whole, const std::string& id, const std::string& expectation) {
    const auto found = std::find_if(whole.sensors.begin(), whole.sensors.end(),
                                    [&](const SensorPlan& sensor) { return sensor.id == id; });
    const auto expected = std::find_if(whole.expectations.begin(), whole.expectations.end(),
                                       [&](const ExpectationPlan& each) { return each.id == expectation; });
    const auto distance = [&](std::size_t at) {
        const SensorPlan& sensor = whole.sensors[at];
        if (found == whole.sensors.end()) {
            const bool is_expected = expected != whole.expectations.end() &&
                                     std::binary_search(expected->sensors.begin(), expected->sensors.end(), at);
            return is_expected ? 0 : 1;
        }
        if (sensor.id == id) return 0;
        const bool at_station = sensor.station == found->station;
        const bool in_group = sensor.group == found->group;
        if (at_station) return in_group ? 1 : 2;
        return in_group ? 3 : 4;
    };
    std::vector<std::size_t> nearest(whole.sensors.size());
    std::iota(nearest.begin(), nearest.end(), std::size_t{0});
    std::stable_sort(nearest.begin(), nearest.end(),
                     [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    return nearest;
}

}  // namespace

CoarseCuts::CoarseCuts(const Json& document, const Scenario& whole, const std::string& sensor, std::string expectation,
                       std::optional<Duration> over_by)
    : document_(document),
      whole_(whole),
      expectation_(std::move(expectation)),
      nearest_(by_nearness(whole, sensor, expectation_)) {
    for (const std::size_t number : numbers_of_sensors(whole.sensors.size())) {
        for (const Duration run : lengths(whole, over_by)) cuts_.push_back({number, run});
    }
    const auto price = [&](const CoarseCut& cut) {
        return static_cast<double>(cut.sensors) * std::chrono::duration<double>(whole_.warmup + cut.run).count();
    };
    std::stable_sort(cuts_.begin(), cuts_.end(),
                     [&](const CoarseCut& a, const CoarseCut& b) { return price(a) < price(b); });
}

CoarseCuts::Json CoarseCuts::cut(std::size_t number) const {
    Json document = document_;
    const CoarseCut& made = cuts_[number];
    document["phases"]["run"] = duration_text(made.run);
    if (document.contains("expect")) {
        Json kept = Json::array();
        for (std::size_t at = 0; at < document["expect"].size(); ++at) {
            if (whole_.expectations[at].id == expectation_) kept.push_back(document["expect"][at]);
        }
        document["expect"] = std::move(kept);
    }
    leave_out_sensors(document, made.sensors);
    return document;
}

/// Those that are left keep their ids, and so their luck.
void CoarseCuts::leave_out_sensors(Json& document, std::size_t kept) const {
    std::vector<bool> is_kept(whole_.sensors.size(), false);
    for (std::size_t at = 0; at < kept; ++at) is_kept[nearest_[at]] = true;
    // Groups follow each other as in the document, and none is without sensors.
    Json& groups = document["sensors"];
    Json left = Json::array();
    std::size_t at = 0;
    for (const Json& group : groups) {
        const std::string& name = whole_.sensors[at].group;
        Json only = Json::array();
        const std::size_t first = at;
        for (; at < whole_.sensors.size() && whole_.sensors[at].group == name; ++at) {
            if (is_kept[at]) only.push_back(whole_.sensors[at].id);
        }
        if (only.empty()) continue;
        left.push_back(group);
        if (only.size() < at - first) left.back()["only"] = std::move(only);
    }
    groups = std::move(left);
}

}  // namespace trunkline::sim
