#include "simulator/scenario/names.hpp"

#include <algorithm>
#include <array>

#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::size_t most_compared = 1000;

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
    std::size_t in_glob = 0;
    std::size_t in_text = 0;
    std::size_t star = std::string_view::npos;  // behind the last "*"
    std::size_t resume = 0;                     // where its run ends so far
    while (in_text < text.size()) {
        if (in_glob < glob.size() && glob[in_glob] == '*') {
            star = ++in_glob;
            resume = in_text;
        } else if (in_glob < glob.size() && (glob[in_glob] == '?' || glob[in_glob] == text[in_text])) {
            ++in_glob;
            ++in_text;
        } else if (star != std::string_view::npos) {
            in_glob = star;
            in_text = ++resume;
        } else {
            return false;
        }
    }
    while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
    return in_glob == glob.size();
}

void Names::add(const Field& field, const std::string& id) {
    if (!index_.emplace(id, ids_.size()).second)
        field.complain("another " + std::string(kind_) + " has the id \"" + id + "\" already; each id once is wanted");
    ids_.push_back(id);
}

std::size_t Names::index_of(const Field& field) const {
    const std::string id = field.text();
    const auto found = index_.find(id);
    if (found == index_.end()) {
        if (ids_.empty())
            field.complain("no " + std::string(kind_) + " is called \"" + id + "\": the scenario has none");
        field.complain("no " + std::string(kind_) + " is called \"" + id + '"' + suggest(id));
    }
    return found->second;
}

std::vector<std::size_t> Names::select(const Field& field) const {
    constexpr std::array<std::string_view, 6> kinds = {"station", "link", "sensor", "gateway", "broker", "actor"};
    const std::string kind(kind_);
    if (field.is_object())
        field.complain("a selector \"" + kind + ":GLOB\" is wanted; only \"on\" of a fault can \"pick\"");
    const std::string selector = field.text();
    const std::size_t colon = selector.find(':');
    const std::string_view written = std::string_view(selector).substr(0, colon);
    if (colon == std::string::npos || written != kind_) {
        std::string hint;
        const bool other = std::find(kinds.begin(), kinds.end(), written) != kinds.end();
        if (colon != std::string::npos && !other) hint = ": \"" + std::string(written) + "\" is no kind";
        field.refuse("a selector \"" + kind + ":GLOB\" is wanted, like \"" + kind + ":*\"" + hint);
    }
    const std::string_view glob = std::string_view(selector).substr(colon + 1);
    std::vector<std::size_t> picked;
    for (std::size_t at = 0; at < ids_.size(); ++at) {
        if (glob_matches(glob, ids_[at])) picked.push_back(at);
    }
    if (picked.empty()) field.complain("no " + kind + " matches \"" + std::string(glob) + '"' + suggest(glob));
    return picked;
}

std::string Names::suggest(std::string_view written) const { return suggestion(written, some()); }

std::vector<std::string_view> Names::some() const {
    const std::size_t count = std::min(ids_.size(), most_compared);
    return {ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace trunkline::sim::reading
