#include "gateway/main/embedded_broker.hpp"

#include <stdlib.h>

#include <cerrno>
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
    return broker::make_settings(of_broker);
}

EmbeddedBroker::Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "trunkline-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw runtime::StartError("cannot make a folder for the embedded broker's socket: " +
                                  std::generic_category().message(errno));
    path_ = pattern;
}

EmbeddedBroker::Folder::~Folder() {
    std::error_code ignored;  // what is left is an empty folder among temporary ones
    std::filesystem::remove_all(path_, ignored);
}

runtime::Url EmbeddedBroker::url_in(const std::filesystem::path& folder) {
    return {runtime::Scheme::unix_socket, "", 0, (folder / "broker").string()};
}

EmbeddedBroker::EmbeddedBroker(broker::ProgramSettings settings, runtime::EventLoop& owner, const runtime::Log& log)
    : url_(url_in(folder_.path())), owner_(owner), broker_(loop_, with_way_in(std::move(settings), url_), log) {
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
