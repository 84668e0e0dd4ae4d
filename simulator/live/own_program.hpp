#pragma once
// One of our own programs with all its lives: it can be taken down and started again where it was.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/url.hpp"
#include "simulator/live/child_process.hpp"

namespace trunkline::sim {

/// How a life ends.
enum class LifeEnd : std::uint8_t {
    orderly,  // SIGTERM: it tells its clients and saves
    killed,   // SIGKILL: what it had written is there, what it had not is gone
};

class OwnProgram {
public:
    /// Starts it on a free port of 127.0.0.1 and waits until it is ready. `data`: where its state is; without it
    /// nothing survives its life. Throws runtime::StartError.
    OwnProgram(std::filesystem::path program, runtime::Scheme scheme, std::vector<std::string> arguments,
               std::optional<std::filesystem::path> data);

    const std::string& name() const { return name_; }
    /// The same in all its lives.
    const runtime::Url& url() const { return url_; }
    bool is_up() const { return state_ == State::up; }

    /// It stands still, and goes on where it was; a life that begins meanwhile does not. Overlapping ones all have to
    /// end.
    void set_frozen(bool is_frozen);
    /// Ends its life. Absences that overlap all have to end. True: it was there until now.
    bool go_down(LifeEnd how);
    /// Ends an absence: once there is none, the next life begins, after the end of the one before. `state_is_lost`:
    /// with an empty folder for its data.
    void come_up(bool state_is_lost, Instant now);
    struct Return {
        bool state_kept = true;
    };
    /// Moves its return on and reads what it says. The value, once for each return: it is ready.
    std::optional<Return> advance(Instant now);
    /// It is on its way back, and advance() wants to be called often.
    bool is_returning() const { return state_ == State::ending || state_ == State::starting; }
    /// Why it cannot go on: it has ended although nobody asked it to, or does not come back.
    const std::optional<std::string>& failure() const { return failure_; }

    /// For good. It may take its time.
    void ask_to_stop();
    void await_end();
    /// Of all its lives that have ended.
    const ResourceUse& use() const { return use_; }

private:
    enum class State : std::uint8_t {
        up,
        away,      // it was told to end, and is not to come back yet
        ending,    // it is to come back once its life is over
        starting,  // its next life has begun
        stopped,   // for good
    };
    void start(const std::string& port);
    void bury();
    void begin_again(Instant now);

    std::filesystem::path program_;
    std::string name_;
    runtime::Scheme scheme_;
    std::vector<std::string> arguments_;
    std::optional<std::filesystem::path> data_;
    std::unique_ptr<ChildProcess> process_;
    runtime::Url url_;
    State state_ = State::starting;
    unsigned absences_ = 0;
    unsigned freezes_ = 0;
    bool is_state_lost_ = false;
    Instant patience_ends_{};  // of the present step of its return
    std::optional<std::string> failure_;
    ResourceUse use_;
};

}  // namespace trunkline::sim
