#pragma once
// One of our own programs, started for the run and stopped with it.

#include <sys/types.h>

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "simulator/live/resource_use.hpp"

namespace trunkline::sim {

/// Its standard error is read by us: the ready line at the start, the last lines for the case that it fails. It gets
/// SIGTERM when it is to stop, when this object ends, and also when our own process dies; a terminal's Ctrl-C reaches
/// us only, so that the order of stopping is ours.
class ChildProcess {
public:
    /// Throws runtime::StartError: the program is not there or cannot be run.
    ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Waits for the ready line and returns its URL. Throws runtime::StartError with what the program said, if it ends
    /// before or is not ready in time.
    std::string await_ready(Duration patience);

    /// Takes what it has written since the last call: a pipe that nobody reads would stop it. False: it has ended.
    bool is_running();
    /// is_running() has seen the ready line.
    bool is_ready() const { return ready_url_.has_value(); }
    /// SIGTERM; it may take its time.
    void ask_to_stop();
    /// SIGKILL.
    void kill();
    /// SIGSTOP, or SIGCONT.
    void set_frozen(bool is_frozen) const;
    /// Waits for its end, and kills it when the patience is over. True: it ended by itself with status 0.
    bool await_end(Duration patience);

    /// Once it has ended.
    const ResourceUse& use() const { return use_; }
    const std::string& name() const { return name_; }
    pid_t pid() const { return pid_; }
    /// The last lines that it wrote, for a message about its failure.
    std::string last_lines() const;

private:
    /// Waits for something to read until the patience is over; false: nothing came.
    bool wait_readable(Duration patience) const;
    /// False: end of file, the process is gone or going.
    bool read_lines();
    /// False: it has not ended, or somebody else has reaped it.
    bool reap(int options);
    void send(int signal) const;

    std::string name_;
    pid_t pid_ = -1;
    int log_ = -1;  // our end of its standard error
    bool log_ended_ = false;
    std::optional<int> status_;  // of wait4, once it has been reaped
    ResourceUse use_;
    std::string partial_;  // a line that is not complete yet
    std::deque<std::string> lines_;
    std::optional<std::string> ready_url_;
};

}  // namespace trunkline::sim
