#include "gateway/main/embedded_broker.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "runtime/settings/config_file.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::UsageError;

const runtime::Program embedded_program{broker::program_name, TRUNKLINE_VERSION, {}, broker::program_keys, {}, {}};

std::filesystem::path path_of(int handle) { return "/proc/self/fd/" + std::to_string(handle); }

[[noreturn]] void fail() {
    throw runtime::StartError("cannot make a socket for the embedded broker: " +
                              std::generic_category().message(errno));
}

/// The gateway's own way in, beside the listeners of the settings: whoever can open the socket is the gateway.
broker::ProgramSettings with_way_in(broker::ProgramSettings settings, const runtime::Url& url) {
    settings.listen.emplace_back(url);
    settings.access.push_back({std::nullopt, std::nullopt, true});
    settings.core.listeners.emplace_back();
    return settings;
}

}  // namespace

std::optional<broker::ProgramSettings> embedded_broker_settings(const Given& given) {
    const runtime::GivenValue* config = given.one("broker_config");
    if (!given.flag("embedded_broker")) {
        if (config != nullptr)
            throw UsageError(config->place + ": there is no broker to configure: add --embedded-broker");
        return std::nullopt;
    }
    if (given.has("broker"))
        throw UsageError(given.all("broker").front().place + ": the embedded broker is the one; remove this, or that");
    if (given.has("broker_source"))
        throw UsageError(given.all("broker_source").front().place + ": the embedded broker is in the same process");
    Given of_broker = config == nullptr ? Given() : runtime::read_config(embedded_program, config->text);
    if (const runtime::GivenValue* level = of_broker.one("log_level"))
        throw UsageError(level->place + ": both have one log; give the gateway's log_level");
    if (const runtime::GivenValue* data = given.one("data"); data != nullptr && !of_broker.has("data"))
        of_broker.add("data", {(std::filesystem::path(data->text) / "broker").string(), data->place});
    if (const runtime::GivenValue* its_own = of_broker.one("data"); its_own != nullptr && given.has("data")) {
        const auto normal = [](const std::string& text) {
            return (std::filesystem::path(text) / "").lexically_normal();
        };
        if (normal(its_own->text) == normal(given.one("data")->text))
            throw UsageError(its_own->place +
                             ": the gateway has this directory; remove it, and the broker's is in there");
    }
    return broker::make_settings(of_broker);
}

EmbeddedBroker::WayIn::WayIn() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "trunkline-XXXXXX").string();
    if (error) throw runtime::StartError("TMPDIR: a directory is wanted for the embedded broker's socket");
    if (::mkdtemp(pattern.data()) == nullptr) fail();
    name_ = pattern;
    folder_ = ::open(pattern.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0) fail();
}

EmbeddedBroker::WayIn::~WayIn() {
    if (socket_ >= 0) ::close(socket_);
    if (folder_ >= 0) ::close(folder_);
    std::error_code ignored;  // what is left is an empty folder among temporary ones
    if (!name_.empty()) std::filesystem::remove_all(name_, ignored);
}

runtime::Url EmbeddedBroker::WayIn::to_listen() const {
    return {runtime::Scheme::unix_socket, "", 0, path_of(folder_) / "broker"};
}

runtime::Url EmbeddedBroker::WayIn::hidden() {
    socket_ = ::open(to_listen().path.c_str(), O_PATH | O_CLOEXEC);
    if (socket_ < 0) fail();
    std::filesystem::remove_all(std::exchange(name_, {}));
    return {runtime::Scheme::unix_socket, "", 0, path_of(socket_)};
}

EmbeddedBroker::EmbeddedBroker(broker::ProgramSettings settings, runtime::EventLoop& owner, const runtime::Log& log)
    : owner_(owner),
      broker_(loop_, with_way_in(std::move(settings), way_in_.to_listen()), log),
      url_(way_in_.hidden()) {
    loop_.catch_reload_signal();
    broker_.log_state("broker.ready");
}

EmbeddedBroker::~EmbeddedBroker() {
    loop_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void EmbeddedBroker::start() {
    thread_ = std::thread([this] {
        try {
            broker_.run();
        } catch (...) {
            failure_ = std::current_exception();  // read once the thread has been joined
        }
        owner_.request_stop();
    });
}

void EmbeddedBroker::stop() {
    loop_.request_stop();
    if (thread_.joinable()) thread_.join();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace trunkline::gateway
