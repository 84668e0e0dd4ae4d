#include "broker/main/store_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/main/store_dump.hpp"
#include "broker/net/data_directory.hpp"
#include "broker/program/store_file.hpp"
#include "broker/store/sqlite_store.hpp"
#include "protocol/base/nearest_name.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::UsageError;

constexpr std::string_view wanted_words = "store: verify DIR or dump DIR is wanted, as in --help";

constexpr std::array<std::string_view, 4> kinds{"--sessions", "--queues", "--retained", "--wills"};

/// The directory of a broker that is stopped, and stays so as long as this lives.
class StoppedBroker {
public:
    explicit StoppedBroker(const std::filesystem::path& directory) : file_(store_file(directory).string()) {
        if (!std::filesystem::exists(file_))
            throw UsageError(directory.string() + ": no broker has stored anything there (" + file_ + " is missing)");
        try {
            directory_.emplace(directory);
        } catch (const runtime::DataDirectoryError& error) {
            throw UsageError(error.what());
        }
    }
    const std::string& file() const { return file_; }

private:
    std::string file_;
    std::optional<DataDirectory> directory_;
};

int verify(const StoppedBroker& broker) {
    const auto store = SqliteStore::open(broker.file(), runtime::Sync::full);
    if (!store) {
        std::cout << store.error().text << '\n';
        return 1;
    }
    for (const auto& [table, rows] : (*store)->row_counts()) std::cout << table << ": " << rows << '\n';
    const std::vector<std::string> findings = (*store)->verify();
    for (const std::string& finding : findings) std::cout << "fault: " << finding << '\n';
    std::cout << "faults: " << findings.size() << '\n';
    return findings.empty() ? 0 : 1;
}

DumpedKinds kinds_of(std::span<const char* const> options) {
    if (options.empty()) return {true, true, true, true};
    DumpedKinds dumped;
    for (const std::string_view option : options) {
        if (std::find(kinds.begin(), kinds.end(), option) == kinds.end()) {
            const std::string near(nearest_name(option, kinds));
            throw UsageError(std::string(option) + ": unknown option; " +
                             (near.empty() ? "--help lists the known ones" : "did you mean " + near + "?"));
        }
        dumped.sessions |= option == "--sessions";
        dumped.queues |= option == "--queues";
        dumped.retained |= option == "--retained";
        dumped.wills |= option == "--wills";
    }
    return dumped;
}

int dump(const StoppedBroker& broker, DumpedKinds kinds_wanted) {
    const auto store = SqliteStore::open(broker.file(), runtime::Sync::full);
    if (!store) {
        std::cerr << store.error().text << '\n';
        return 1;
    }
    StoreDump dump(kinds_wanted, std::cout);
    const Result<void, StoreError> loaded = (*store)->load(dump, WallClock());
    if (loaded) return 0;
    std::cerr << loaded.error().text << ": left out; store verify lists all faults\n";
    return 1;
}

}  // namespace

int run_store_command(std::span<const char* const> arguments) {
    const std::string_view verb = arguments.empty() ? std::string_view() : arguments.front();
    if (arguments.size() < 2 || (verb != "verify" && verb != "dump")) throw UsageError(std::string(wanted_words));
    const std::span<const char* const> options = arguments.subspan(2);
    if (verb == "dump") {
        const DumpedKinds dumped = kinds_of(options);
        return dump(StoppedBroker(arguments[1]), dumped);
    }
    if (!options.empty()) throw UsageError(std::string(options.front()) + ": store verify has no options");
    return verify(StoppedBroker(arguments[1]));
}

}  // namespace trunkline::broker
