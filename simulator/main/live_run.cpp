#include "simulator/main/live_run.hpp"

#include <filesystem>
#include <iostream>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "simulator/live/live.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/report/progress.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::milliseconds step{200};  // between looks at signals and progress

std::optional<runtime::Url> parsed(const std::optional<std::string>& text, runtime::Scheme scheme, const char* option) {
    if (!text) return std::nullopt;
    Result<runtime::Url, std::string> url = runtime::parse_url(*text, scheme);
    if (!url) throw TargetError(std::string(option) + ": " + url.error());
    return std::move(*url);
}

/// What the broker's queues drop is told by no program, and a reading that is missing for it would be its fault.
void check_programs_are_plain(const Scenario& scenario, bool has_gateways) {
    for (const GatewayPlan& gateway : scenario.gateways) {
        if (!has_gateways && !gateway.trusted_networks.empty())
            throw TargetError(scenario.file + ": /gateways: \"trusted_network\" of gateway \"" + gateway.id +
                              "\" is not available with --gateway; leave it out");
        if (gateway.limits.are_given())
            throw TargetError(scenario.file + ": /gateways: \"set\" and \"buffer\" of gateway \"" + gateway.id +
                              "\" are not available with --clock real; leave them out");
    }
    if (scenario.broker.accept_per_s != 0)
        throw TargetError(scenario.file +
                          ": /broker/accept_per_s: not available with --clock real; leave it out (--set broker={})");
    if (scenario.broker.has_limits())
        throw TargetError(scenario.file +
                          ": /broker/set: not available with --clock real; leave it out (--set broker={})");
}

LivePlaces places_of(const LiveTargets& targets) {
    LivePlaces places;
    places.broker = parsed(targets.broker_url, runtime::Scheme::mqtt, "--broker");
    places.gateway = parsed(targets.gateway_url, runtime::Scheme::udp, "--gateway");
    if (places.gateway && !places.broker)
        throw TargetError("--gateway needs --broker: where does that gateway publish to?");
    places.cuts_for_restarts = targets.cuts_for_restarts;
    places.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return places;
}

std::vector<RunCounter> named(const LiveCounters& counters) {
    const auto late = std::chrono::duration_cast<std::chrono::microseconds>(counters.lateness.maximum()).count();
    return {{"datagrams", counters.field.datagrams.sent},
            {"datagrams_lost", counters.field.datagrams.lost},
            {"datagrams_queue_full", counters.field.datagrams.queue_full},
            {"datagrams_duplicated", counters.field.datagrams.duplicated},
            {"datagram_octets", counters.field.datagrams.octets},
            {"datagrams_refused", counters.field.datagrams_refused},
            {"datagrams_of_strangers", counters.field.strangers},
            {"streams_opened", counters.streams_opened},
            {"segments", counters.segments.sent},
            {"segments_lost", counters.segments.lost},
            {"segments_queue_full", counters.segments.queue_full},
            {"segment_octets", counters.segments.octets},
            {"latest_wake_microseconds", static_cast<std::uint64_t>(late)}};
}

ScheduleFacts schedule_of(const LogHistogram& lateness) {
    return {lateness.percentile(50'000), lateness.percentile(99'000), lateness.maximum()};
}

std::vector<ProgramFacts> programs_of(const Live& live) {
    const ResourceUse own = own_resource_use();
    std::vector<ProgramFacts> programs{{"trunkline-sim", own.processor, own.most_memory_octets}};
    for (const ProgramUse& each : live.programs().use())
        programs.push_back({each.name, each.use.processor, each.use.most_memory_octets});
    return programs;
}

void tell_places(const Scenario& scenario, const Programs& programs) {
    std::cerr << "broker   " << to_string(programs.broker()) << '\n';
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index) {
        std::cerr << "gateway  " << to_string(programs.gateway(index)) << "  " << scenario.gateways[index].id << '\n';
    }
    std::cerr << "takes    " << duration_text(scenario.length()) << ": " << duration_text(scenario.warmup)
              << " of warm-up, " << duration_text(scenario.run) << " of run, " << duration_text(scenario.drain)
              << " of drain" << std::endl;
}

}  // namespace

Outcome run_live(const Scenario& scenario, const LiveTargets& targets, ProgressPrinter& progress, bool is_quiet,
                 PacketListener* listener) {
    check_programs_are_plain(scenario, !targets.gateway_url);
    const runtime::RealClock clock;
    const LivePlaces places = places_of(targets);
    Oracle oracle(scenario);
    if (scenario.report.wants(ReportFile::events_ndjson)) oracle.keep_journal();
    Live live(scenario, oracle, places, listener);
    if (!is_quiet) tell_places(scenario, live.programs());
    Outcome outcome;
    while (live.run_until(live.now() + step)) {
        if (stop_was_asked()) {
            outcome.was_stopped = true;
            break;
        }
        if (const Instant now = clock.now(); progress.is_due(now))
            progress.show(progress_line(scenario, live.now(), oracle.progress()), now);
    }
    progress.done();
    if (live.failure()) throw runtime::StartError(*live.failure());
    outcome.verdict = oracle.finish(live.now());
    const LiveCounters counters = live.counters();
    outcome.counters = named(counters);
    outcome.schedule = schedule_of(counters.lateness);
    live.stop();
    outcome.programs = programs_of(live);
    return outcome;
}

}  // namespace trunkline::sim
