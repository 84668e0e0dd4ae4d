#include "broker/main/acl_command.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/access/acl.hpp"
#include "protocol/base/nearest_name.hpp"
#include "protocol/mqtt/topic_filter.hpp"
#include "runtime/settings/text_file.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::UsageError;

constexpr std::array<std::string_view, 5> names{"--acl-file", "--user", "--client", "--topic", "--access"};

/// What was asked, by option.
class Question {
public:
    explicit Question(std::span<const char* const> arguments) {
        for (std::size_t at = 0; at < arguments.size(); at += 2) {
            const std::string name = arguments[at];
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                const std::string near(nearest_name(name, names));
                throw UsageError(name + ": unknown option; " +
                                 (near.empty() ? "--help lists the known ones" : "did you mean " + near + "?"));
            }
            if (at + 1 == arguments.size()) throw UsageError(name + ": a value is missing");
            if (!values_.emplace(name, arguments[at + 1]).second)
                throw UsageError(name + ": given twice; keep one of them");
        }
    }
    std::optional<std::string_view> value(std::string_view name) const {
        const auto found = values_.find(name);
        if (found == values_.end()) return std::nullopt;
        return found->second;
    }
    std::string_view needed(std::string_view name) const {
        const auto found = value(name);
        if (!found) throw UsageError("acl explain: " + std::string(name) + " is missing");
        return *found;
    }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

Access access_of(std::string_view word) {
    if (word == "read") return Access::read;
    if (word == "write") return Access::write;
    throw UsageError("--access: read or write is wanted, got \"" + std::string(word) + '"');
}

AclDecision decide(const Acl& acl, const AclClient& client, Access access, std::string_view topic) {
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(topic);
    if (!filter) throw UsageError("--topic: \"" + std::string(topic) + "\" is no topic");
    if (!filter->has_wildcard() && !filter->is_shared()) return acl.decide(client, access, topic);
    if (access == Access::write) throw UsageError("--topic: nobody can publish to a filter; give a topic");
    return acl.decide_subscription(client, filter->pattern());
}

std::string why(const AclDecision& decision, const std::string& file) {
    switch (decision.because) {
        case AclDecision::Because::line:
            return file + ':' + std::to_string(decision.rule->line) + ": " + decision.rule->text;
        case AclDecision::Because::no_line:
            return "no line of " + file + " allows it";
        case AclDecision::Because::wildcard_name:
            return "patterns of " + file + " mean nothing to names with + or #";
    }
    return {};
}

}  // namespace

int run_acl_command(std::span<const char* const> arguments) {
    if (arguments.empty() || std::string_view(arguments.front()) != "explain")
        throw UsageError("acl: explain is wanted, as in --help");
    const Question question(arguments.subspan(1));
    const std::string file(question.needed("--acl-file"));
    const std::string_view topic = question.needed("--topic");
    const Access access = access_of(question.needed("--access"));
    const auto acl = runtime::read_file<Acl>(file);
    if (!acl) throw runtime::StartError(acl.error());
    const AclClient client{question.value("--user"), question.value("--client").value_or("")};
    const AclDecision decision = decide(*acl, client, access, topic);
    std::cout << (decision.allowed ? "allowed: " : "denied: ") << why(decision, file) << '\n';
    return decision.allowed ? 0 : 1;
}

}  // namespace trunkline::broker
