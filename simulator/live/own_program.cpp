#include "simulator/live/own_program.hpp"

#include <algorithm>
#include <utility>

#include "runtime/transport/start_error.hpp"

namespace trunkline::sim {

namespace {

using runtime::StartError;

constexpr std::chrono::seconds ready_patience{30};
constexpr std::chrono::seconds end_patience{10};  // a clean end saves, and tells its clients

}  // namespace

OwnProgram::OwnProgram(std::filesystem::path program, runtime::Scheme scheme, std::vector<std::string> arguments,
                       std::optional<std::filesystem::path> data)
    : program_(std::move(program)),
      name_(program_.filename().string()),
      scheme_(scheme),
      arguments_(std::move(arguments)),
      data_(std::move(data)) {
    start("0");
    const std::string text = process_->await_ready(ready_patience);
    const Result<runtime::Url, std::string> url = runtime::parse_url(text, scheme_);
    if (!url) throw StartError(name_ + " says that it listens on " + text + ": " + url.error());
    url_ = *url;
    state_ = State::up;
}

void OwnProgram::start(const std::string& port) {
    std::vector<std::string> arguments = arguments_;
    const std::string scheme = scheme_ == runtime::Scheme::mqtt ? "mqtt" : "udp";
    arguments.insert(arguments.end(), {"--listen", scheme + "://127.0.0.1:" + port});
    if (data_) arguments.insert(arguments.end(), {"--data", data_->string()});
    process_ = std::make_unique<ChildProcess>(program_, arguments);
}

void OwnProgram::set_frozen(bool is_frozen) {
    freezes_ += is_frozen ? 1U : -1U;
    if (process_ && (is_frozen ? freezes_ == 1 : freezes_ == 0)) process_->set_frozen(is_frozen);
}

bool OwnProgram::go_down(LifeEnd how) {
    if (++absences_ > 1) return false;
    if (how == LifeEnd::killed) process_->kill();
    else process_->ask_to_stop();
    state_ = State::away;
    return true;
}

void OwnProgram::come_up(bool state_is_lost, Instant now) {
    is_state_lost_ = is_state_lost_ || state_is_lost;
    if (--absences_ > 0) return;
    state_ = State::ending;
    patience_ends_ = now + end_patience;
}

std::optional<OwnProgram::Return> OwnProgram::advance(Instant now) {
    const bool is_running = process_ && process_->is_running();
    if (failure_ || state_ == State::stopped) return std::nullopt;
    if (state_ == State::ending) {
        if (is_running && now >= patience_ends_) process_->kill();
        if (!is_running) begin_again(now);
        return std::nullopt;
    }
    if (state_ == State::starting && process_->is_ready()) {
        state_ = State::up;
        return Return{!std::exchange(is_state_lost_, false)};
    }
    if (state_ == State::starting && now >= patience_ends_)
        failure_ = name_ + " is not ready in time after its restart; " + process_->last_lines();
    if (!is_running && state_ != State::away) failure_ = name_ + " ended during the run; " + process_->last_lines();
    return std::nullopt;
}

void OwnProgram::begin_again(Instant now) {
    bury();
    if (is_state_lost_ && data_) {
        std::error_code ignored;  // what it cannot remove, the program finds and says
        std::filesystem::remove_all(*data_, ignored);
    }
    try {
        start(std::to_string(url_.port));
    } catch (const StartError& error) {
        failure_ = error.what();
        return;
    }
    state_ = State::starting;
    patience_ends_ = now + ready_patience;
}

void OwnProgram::bury() {
    if (!process_) return;
    process_->await_end(end_patience);
    use_ += process_->use();
    process_.reset();
}

void OwnProgram::ask_to_stop() {
    state_ = State::stopped;
    if (process_) process_->ask_to_stop();
}

void OwnProgram::await_end() { bury(); }

}  // namespace trunkline::sim
