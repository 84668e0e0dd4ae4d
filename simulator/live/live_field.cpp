#include "simulator/live/live_field.hpp"

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

LiveField::LiveField(const Scenario& scenario, Oracle& oracle, const Programs& programs, PacketTap& tap,
                     runtime::EventLoop& loop, const RunClock& clock)
    : scenario_(scenario),
      oracle_(oracle),
      channels_(scenario),
      pipe_(scenario.pipeline ? std::make_unique<Pipe>(scenario) : nullptr),
      sensors_(scenario, channels_, pipe_.get(), oracle, programs, tap, loop, clock),
      rtus_(scenario, channels_, pipe_.get(), oracle, programs.broker(), tap, loop, clock),
      cuts_(scenario.sensors.size(), 0) {}

void LiveField::advance(Instant now) {
    sensors_.advance(now);
    rtus_.advance(now);
}

std::optional<Instant> LiveField::next_deadline() const {
    return earlier(sensors_.next_deadline(), rtus_.next_deadline());
}

void LiveField::cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now) {
    for (const std::size_t sensor : sensors) {
        const bool was_cut = cuts_[sensor] > 0;
        cuts_[sensor] += is_cut ? 1U : -1U;
        if (was_cut == (cuts_[sensor] > 0)) continue;
        if (is_rtu(sensor)) rtus_.cut(sensor, !was_cut, now);
        else sensors_.cut(sensor, !was_cut);
        if (was_cut) oracle_.station_restored(sensor, now);
        else oracle_.station_cut(sensor, now);
    }
}

void LiveField::change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay) {
    for (const std::size_t sensor : sensors) {
        const LinkProfile& planned = scenario_.links[scenario_.sensors[sensor].field_link];
        const LinkProfile& link = overlay != nullptr ? *overlay : planned;
        channels_.of(sensor).change(link);
        if (is_rtu(sensor)) rtus_.change(sensor, link);
        else sensors_.change(sensor, link);
    }
}

void LiveField::lose_connections(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        if (is_rtu(sensor)) rtus_.lose_connection(sensor, now);
        else sensors_.lose_connection(sensor, now);
    }
}

void LiveField::storm(const std::vector<std::size_t>& sensors, Duration spread, Random& luck, Instant now) {
    lose_connections(sensors, now);
    const auto moments = static_cast<std::uint64_t>(spread.count()) + 1;
    for (const std::size_t sensor : sensors) {
        const Instant at = now + Duration(static_cast<Duration::rep>(luck.below(moments)));
        if (is_rtu(sensor)) rtus_.connect_at(sensor, at, now);
        else sensors_.connect_at(sensor, at, now);
    }
}

void LiveField::set_pace(const std::vector<std::size_t>& sensors, unsigned factor, Instant now) {
    for (const std::size_t sensor : sensors) {
        if (is_rtu(sensor)) rtus_.set_pace(sensor, factor, now);
        else sensors_.set_pace(sensor, factor, now);
    }
}

void LiveField::change_addresses(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        oracle_.happened(NamedEvent::address_changed);
        if (is_rtu(sensor)) rtus_.lose_connection(sensor, now);
        else sensors_.change_address(sensor);
    }
}

}  // namespace trunkline::sim
