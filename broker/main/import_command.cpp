#include "broker/main/import_command.hpp"

#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/main/mosquitto_conf.hpp"
#include "broker/main/mosquitto_import.hpp"
#include "broker/main/program.hpp"
#include "broker/main/replace_file.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::UsageError;

struct ImportWish {
    std::string from;
    std::optional<std::string> to;
};

ImportWish import_wish_of(std::span<const char* const> arguments) {
    ImportWish wish;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string_view argument = arguments[at];
        if (argument == "-o") {
            if (at + 1 == arguments.size()) throw UsageError("-o: a value is missing");
            if (wish.to) throw UsageError("-o: given twice; keep one of them");
            wish.to = arguments[++at];
        } else if (argument.starts_with('-')) {
            throw UsageError(std::string(argument) + ": unknown option; -o FILE is known");
        } else if (!wish.from.empty()) {
            throw UsageError("import: one file is wanted; include_dir is followed");
        } else {
            wish.from = argument;
        }
    }
    if (wish.from.empty()) throw UsageError("import: a file is wanted, as in import /etc/mosquitto/mosquitto.conf");
    return wish;
}

}  // namespace

int run_import_command(std::span<const char* const> arguments) {
    const ImportWish wish = import_wish_of(arguments);
    const std::vector<MosquittoLine> lines = read_mosquitto_conf(wish.from);
    const MosquittoImport import = MosquittoTranslator(program, lines).result();
    if (wish.to) replace_file(*wish.to, import.json);
    else std::cout << import.json;
    for (const std::string& note : import.notes) std::cerr << "note: " << note << '\n';
    for (const std::string& problem : import.problems) std::cerr << "not translated: " << problem << '\n';
    return import.problems.empty() ? 0 : 1;
}

}  // namespace trunkline::broker
