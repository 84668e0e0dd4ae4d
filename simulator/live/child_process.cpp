#include "simulator/live/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "simulator/live/ready_line.hpp"

namespace trunkline::sim {

namespace {

using runtime::StartError;

constexpr std::size_t lines_kept = 12;
constexpr int exec_failed = 127;

/// Between fork and exec: only what is safe there.
[[noreturn]] void become(const char* program, char* const* arguments, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(exec_failed);  // the parent died in between
    ::setpgid(0, 0);
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    ::execv(program, arguments);
    ::_exit(exec_failed);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words) result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments)
    : name_(program.filename().string()) {
    if (::access(program.c_str(), X_OK) != 0) {
        throw StartError("cannot start " + program.string() + ": " + std::strerror(errno) +
                         "; build all three programs, or give --broker and --gateway");
    }
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        throw StartError(std::string("cannot make a pipe: ") + std::strerror(errno));
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::vector<char*> argv = pointers(words);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(argv[0], argv.data(), pipe[1], parent);
    const int fork_error = errno;
    ::close(pipe[1]);
    log_ = pipe[0];
    if (pid_ < 0) {
        ::close(log_);
        throw StartError("cannot start " + name_ + ": " + std::strerror(fork_error));
    }
    ::fcntl(log_, F_SETFL, O_NONBLOCK);
}

ChildProcess::~ChildProcess() {
    if (!status_) {
        ask_to_stop();
        await_end(std::chrono::seconds(5));
    }
    ::close(log_);
}

std::string ChildProcess::await_ready(Duration patience) {
    const runtime::RealClock clock;
    const Instant latest = clock.now() + patience;
    while (!ready_url_) {
        if (!wait_readable(latest - clock.now())) throw StartError(name_ + " is not ready in time; " + last_lines());
        if (!read_lines() && !ready_url_) throw StartError(name_ + " ended at its start; " + last_lines());
    }
    return *ready_url_;
}

bool ChildProcess::is_running() {
    if (!log_ended_) read_lines();
    if (!status_) reap(WNOHANG);
    return !status_;
}

void ChildProcess::ask_to_stop() { send(SIGTERM); }
void ChildProcess::set_frozen(bool is_frozen) const { send(is_frozen ? SIGSTOP : SIGCONT); }

void ChildProcess::kill() { send(SIGKILL); }

void ChildProcess::send(int signal) const {
    if (!status_) ::kill(pid_, signal);  // its id is its own until it is reaped
}

bool ChildProcess::await_end(Duration patience) {
    const runtime::RealClock clock;
    const Instant latest = clock.now() + patience;
    // Its standard error ends when it does.
    while (!log_ended_ && wait_readable(latest - clock.now())) read_lines();
    if (!log_ended_) kill();
    while (!status_) {
        if (!reap(0) && errno != EINTR) return false;
    }
    return WIFEXITED(*status_) && WEXITSTATUS(*status_) == 0;
}

bool ChildProcess::reap(int options) {
    int status = 0;
    rusage used{};
    if (::wait4(pid_, &status, options, &used) != pid_) return false;
    status_ = status;
    use_ = resource_use(used);
    return true;
}

bool ChildProcess::wait_readable(Duration patience) const {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
    if (milliseconds <= 0) return false;
    pollfd waited{log_, POLLIN, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(milliseconds));
    return ready > 0 || (ready < 0 && errno == EINTR);  // a signal: the caller looks at the time again
}

bool ChildProcess::read_lines() {
    std::array<char, 4096> buffer;
    for (;;) {
        const ssize_t size = ::read(log_, buffer.data(), buffer.size());
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        if (size == 0) {
            log_ended_ = true;
            return false;
        }
        partial_.append(buffer.data(), static_cast<std::size_t>(size));
        for (std::size_t end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n')) {
            lines_.push_back(partial_.substr(0, end));
            partial_.erase(0, end + 1);
            if (!ready_url_) ready_url_ = listen_url_of_ready_line(lines_.back());
            if (lines_.size() > lines_kept) lines_.pop_front();
        }
    }
}

std::string ChildProcess::last_lines() const {
    if (lines_.empty()) return "it said nothing";
    std::string text = "it said: ";
    for (const std::string& line : lines_) text += (&line == &lines_.front() ? "" : " | ") + line;
    return text;
}

}  // namespace trunkline::sim
