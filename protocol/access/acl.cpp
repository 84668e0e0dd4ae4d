#include "protocol/access/acl.hpp"

#include <algorithm>
#include <utility>

#include "protocol/access/filter_algebra.hpp"
#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline {

namespace {

constexpr std::uint8_t bit_of(Access access) { return static_cast<std::uint8_t>(access); }
constexpr std::uint8_t allows_both = bit_of(Access::read) | bit_of(Access::write);

std::optional<std::uint8_t> allowed_by(std::string_view word) {
    if (word == "read") return bit_of(Access::read);
    if (word == "write") return bit_of(Access::write);
    if (word == "readwrite") return allows_both;
    if (word == "deny") return std::uint8_t{0};
    return std::nullopt;
}

bool has_wildcard(std::string_view name) { return name.find_first_of("+#") != std::string_view::npos; }

/// Whether %c or %u stands in a level with something else.
bool has_mixed_placeholder(std::string_view filter) {
    for (;;) {
        const std::string_view level = filter.substr(0, filter.find('/'));
        const bool has_one = level.find("%c") != std::string_view::npos || level.find("%u") != std::string_view::npos;
        if (has_one && level.size() != 2) return true;
        if (level.size() == filter.size()) return false;
        filter.remove_prefix(level.size() + 1);
    }
}

/// Of what stands behind `topic` or `pattern`.
Result<AclRule, std::string> parse_rule(std::string_view rest, bool is_pattern) {
    const auto refused = [](std::string_view reason) { return Failure{std::string(reason)}; };
    if (rest.empty()) return refused("a topic filter is missing");
    AclRule rule;
    rule.is_pattern = is_pattern;
    rule.allows = allows_both;
    std::string_view filter = rest;
    const std::string_view word = take_word(rest);
    const std::optional<std::uint8_t> allows = allowed_by(word);
    if (allows && rest.empty()) return refused("a topic filter is missing behind " + std::string(word));
    if (!allows && !rest.empty())
        return refused("read, write, readwrite or deny is wanted instead of \"" + std::string(word) + '"');
    if (allows) {
        rule.allows = *allows;
        filter = rest;
    }
    const std::optional<mqtt::TopicFilter> parsed = mqtt::TopicFilter::parse(filter);
    if (!parsed) return refused("\"" + std::string(filter) + "\" is not a topic filter");
    if (parsed->is_shared()) return refused("lines name topics: write what stands behind $share/NAME/");
    if (is_pattern && has_mixed_placeholder(filter)) return refused("%c and %u must have a topic level to themselves");
    rule.filter = filter;
    return rule;
}

/// What the rule means for this client: its filter, in `storage` if a name had to be put in. Nothing: it means nothing.
std::optional<std::string_view> filter_for(const AclRule& rule, const AclClient& client, std::string& storage) {
    if (!rule.is_pattern || rule.filter.find('%') == std::string::npos) return rule.filter;
    storage.clear();
    for (std::size_t at = 0; at < rule.filter.size();) {
        const std::string_view here = std::string_view(rule.filter).substr(at, 2);
        if (here != "%c" && here != "%u") {
            storage += rule.filter[at++];
            continue;
        }
        if (here == "%u" && !client.user) return std::nullopt;
        const std::string_view name = here == "%c" ? client.client_id : *client.user;
        if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
        storage += name;
        at += 2;
    }
    return storage;
}

/// Who calls itself $SYS gets at nothing by that.
bool means_topics_with_dollar(const AclRule& rule) { return rule.filter.starts_with('$'); }

AclDecision decided_by(const AclRule& rule) { return {rule.allows != 0, AclDecision::Because::line, &rule}; }

}  // namespace

Result<Acl, FileError> Acl::parse(std::string_view text) {
    Acl acl;
    TextLines lines(text);
    const auto wrong = [&](std::string reason) { return Failure{FileError{lines.number(), std::move(reason)}}; };
    std::optional<std::string> user;
    while (const std::optional<std::string_view> line = lines.next()) {
        std::string_view rest = *line;
        const std::string_view word = take_word(rest);
        if (word == "user") {
            if (rest.empty()) return wrong("a user name is missing behind user");
            if (!is_mqtt_utf8(as_byte_view(rest))) return wrong("the user name is no MQTT string");
            user = rest;
            acl.by_user_.try_emplace(*user);
            continue;
        }
        const bool is_pattern = word == "pattern";
        if (!is_pattern && word != "topic")
            return wrong("user, topic or pattern is wanted instead of \"" + std::string(word) + '"');
        Result<AclRule, std::string> rule = parse_rule(rest, is_pattern);
        if (!rule) return wrong(rule.error());
        rule->line = lines.number();
        rule->text = *line;
        acl.rules_for(user, is_pattern).push_back(*std::move(rule));
    }
    acl.sort_denials_first();
    return acl;
}

Acl::Rules& Acl::rules_for(const std::optional<std::string>& user, bool is_pattern) {
    if (is_pattern) return patterns_;
    return user ? by_user_[*user] : anonymous_;
}

void Acl::sort_denials_first() {
    const auto sort = [](Rules& rules) {
        std::stable_partition(rules.begin(), rules.end(), [](const AclRule& rule) { return rule.allows == 0; });
    };
    sort(anonymous_);
    sort(patterns_);
    for (auto& [user, rules] : by_user_) sort(rules);
}

/// The first rule that settles it: `settles(rule, filter)`.
template <typename Settles>
AclDecision Acl::first_that(const AclClient& client, Settles settles) const {
    const Rules* own = &anonymous_;
    if (client.user) {
        const auto found = by_user_.find(*client.user);
        own = found == by_user_.end() ? nullptr : &found->second;
    }
    if (own != nullptr) {
        for (const AclRule& rule : *own) {
            if (settles(rule, rule.filter)) return decided_by(rule);
        }
    }
    if (patterns_.empty()) return {};
    if (has_wildcard(client.client_id) || (client.user && has_wildcard(*client.user)))
        return {false, AclDecision::Because::wildcard_name, nullptr};
    std::string storage;
    for (const AclRule& rule : patterns_) {
        const std::optional<std::string_view> filter = filter_for(rule, client, storage);
        if (filter && settles(rule, *filter)) return decided_by(rule);
    }
    return {};
}

AclDecision Acl::decide(const AclClient& client, Access access, std::string_view topic) const {
    return first_that(client, [&](const AclRule& rule, std::string_view filter) {
        if (topic.starts_with('$') && !means_topics_with_dollar(rule)) return false;
        const bool says_something = rule.allows == 0 || (rule.allows & bit_of(access)) != 0;
        return says_something && mqtt::topic_matches(filter, topic);
    });
}

AclDecision Acl::decide_subscription(const AclClient& client, std::string_view pattern) const {
    return first_that(client, [&](const AclRule& rule, std::string_view filter) {
        if (pattern.starts_with('$') && !means_topics_with_dollar(rule)) return false;
        if (rule.allows == 0) return pattern_covers(filter, pattern);
        return (rule.allows & bit_of(Access::read)) != 0 && patterns_overlap(filter, pattern);
    });
}

}  // namespace trunkline
