#include "simulator/oracle/leak_detector.hpp"

#include <algorithm>
#include <cmath>

namespace trunkline::sim {

namespace {

constexpr std::size_t in_a_row = 3;      // readings in a row that make a front
constexpr std::size_t most_before = 16;  // that it is compared with
constexpr std::size_t least_before = 4;
constexpr double sure_deviations = 5.0;

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

LeakDetector::LeakDetector(const Scenario& scenario, const std::vector<std::size_t>& sensors, double threshold)
    : wave_speed_(scenario.pipeline.value().wave_speed), threshold_(threshold) {
    std::vector<double> places;
    for (const std::size_t sensor : sensors) places.push_back(scenario.sensors[sensor].metres);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    for (const double metres : places) stations_.push_back({metres, 0, {}, {}});
    place_.assign(scenario.sensors.size(), sensors.size());
    for (const std::size_t sensor : sensors) {
        const SensorPlan& plan = scenario.sensors[sensor];
        const auto station = std::lower_bound(places.begin(), places.end(), plan.metres) - places.begin();
        place_[sensor] = gauges_.size();
        gauges_.push_back({static_cast<std::size_t>(station), plan.sample / 2, {}, std::nullopt});
        Station& place = stations_[static_cast<std::size_t>(station)];
        ++place.gauges;
        place.half_interval = std::max(place.half_interval, plan.sample / 2);
    }
    for (std::size_t at = 1; at < places.size(); ++at) {
        const double apart = (places[at] - places[at - 1]) / wave_speed_;
        longest_apart_ = std::max(longest_apart_, Duration(static_cast<Duration::rep>(apart * 1e9)));
    }
}

void LeakDetector::received(std::size_t sensor, Duration taken, std::int64_t thousandths, Instant now) {
    if (place_[sensor] == gauges_.size()) return;
    Gauge& gauge = gauges_[place_[sensor]];
    const auto later = std::upper_bound(gauge.recent.begin(), gauge.recent.end(), taken,
                                        [](Duration at, const Sample& sample) { return at < sample.taken; });
    if (later != gauge.recent.begin() && (later - 1)->taken == taken) return;  // a copy
    gauge.recent.insert(later, {taken, static_cast<double>(thousandths) / 1000.0});
    if (gauge.recent.size() > most_before + in_a_row) gauge.recent.erase(gauge.recent.begin());
    if (gauge.front) {
        // Once the event is over for all, the next one counts.
        if (taken - *gauge.front < 2 * longest_apart_ + std::chrono::minutes(1)) return;
        forget_before(taken - 2 * longest_apart_ - std::chrono::minutes(1));
    }
    gauge.front = front_in(gauge);
    if (gauge.front) seen(stations_[gauge.station], gauge.station, *gauge.front, now);
}

std::optional<Duration> LeakDetector::front_in(const Gauge& gauge) const {
    const std::vector<Sample>& recent = gauge.recent;
    if (recent.size() < least_before + in_a_row) return std::nullopt;
    const std::size_t first = recent.size() - in_a_row;
    double sum = 0.0;
    for (std::size_t at = 0; at < first; ++at) sum += recent[at].value;
    const double mean = sum / static_cast<double>(first);
    double squares = 0.0;
    for (std::size_t at = 0; at < first; ++at) squares += (recent[at].value - mean) * (recent[at].value - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(first));
    const double limit = mean - std::max(threshold_, sure_deviations * deviation);
    double fallen = 0.0;
    for (std::size_t at = first; at < recent.size(); ++at) {
        if (recent[at].value > limit) return std::nullopt;
        fallen += mean - recent[at].value;
    }
    const double half = mean - 0.5 * fallen / static_cast<double>(in_a_row);
    const auto crossed = std::find_if(recent.begin() + static_cast<std::ptrdiff_t>(first) - 1, recent.end(),
                                      [half](const Sample& sample) { return sample.value <= half; });
    return (crossed != recent.end() ? crossed->taken : recent[first].taken) - gauge.half_interval;
}

void LeakDetector::seen(Station& station, std::size_t index, Duration front, Instant now) {
    station.fronts.push_back(front);
    if (index > 0) compare(index - 1, now);
    if (index + 1 < stations_.size()) compare(index, now);
}

std::optional<double> LeakDetector::seconds_at(const Station& station) const {
    if (station.fronts.size() * 2 <= station.gauges) return std::nullopt;
    double sum = 0.0;
    for (const Duration front : station.fronts) sum += seconds_of(front);
    return sum / static_cast<double>(station.fronts.size());
}

double LeakDetector::uncertainty(const Station& station) const {
    return 1.5 * wave_speed_ * seconds_of(station.half_interval) /
           std::sqrt(static_cast<double>(station.fronts.size()));
}

void LeakDetector::compare(std::size_t upstream, Instant now) {
    const Station& a = stations_[upstream];
    const Station& b = stations_[upstream + 1];
    const std::optional<double> at_a = seconds_at(a);
    const std::optional<double> at_b = seconds_at(b);
    if (!at_a || !at_b) return;
    const double offset = wave_speed_ * (*at_a - *at_b) / 2.0;
    const double half_way = (b.metres - a.metres) / 2.0;
    if (std::abs(offset) >= half_way - std::max(uncertainty(a), uncertainty(b))) return;  // it may come from beyond
    located_.push_back({a.metres + half_way + offset, now});
}

void LeakDetector::forget_before(Duration taken) {
    for (Gauge& gauge : gauges_) {
        if (gauge.front && *gauge.front < taken) gauge.front.reset();
    }
    for (Station& station : stations_) std::erase_if(station.fronts, [taken](Duration at) { return at < taken; });
}

}  // namespace trunkline::sim
