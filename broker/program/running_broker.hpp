#pragma once
// A broker with everything that its settings ask for: store, access rules, listeners, pages for operators.

#include <memory>
#include <string_view>

#include "broker/program/settings.hpp"
#include "runtime/log/log.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::broker {

/// What can be found out without listening: files that cannot be used. Throws runtime::StartError.
void check_files(const ProgramSettings& settings);

class RunningBroker {
public:
    /// Reads its store and listens; throws runtime::StartError. What signals do is up to the owner of the loop, which,
    /// as the log, outlives it.
    RunningBroker(runtime::EventLoop& loop, const ProgramSettings& settings, const runtime::Log& log);
    ~RunningBroker();
    RunningBroker(const RunningBroker&) = delete;
    RunningBroker& operator=(const RunningBroker&) = delete;

    /// One line: where it listens, and what "stored" means.
    void log_state(std::string_view event) const;
    /// Until the loop is asked to stop, then a clean end. Throws std::runtime_error if the last batch could not be
    /// stored.
    void run();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trunkline::broker
