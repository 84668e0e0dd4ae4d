#include "tests/simulator/scenario/documented_examples.hpp"

#include <algorithm>
#include <stdexcept>

#include "simulator/scenario/scenario_file.hpp"

namespace trunkline::sim {

namespace {

using reading::Member;
using reading::Node;

const std::filesystem::path source_root = TRUNKLINE_SOURCE_DIR;

/// Objects are added key by key, lists at the end; the rest is replaced.
void lay_over(Node& base, const Node& fragment) {
    for (const Member& member : fragment.members) {
        Node* below = base.find(member.key);
        if (below == nullptr) base.members.push_back(member);
        else if (below->kind == Node::Kind::object && member.value.kind == Node::Kind::object)
            lay_over(*below, member.value);
        else if (below->kind == Node::Kind::list && member.value.kind == Node::Kind::list)
            below->items.insert(below->items.end(), member.value.items.begin(), member.value.items.end());
        else *below = member.value;
    }
}

}  // namespace

Node DocumentedExample::whole(const Node& changed) const {
    if (!is_fragment) return changed;
    Node all = base;
    lay_over(all, changed);
    return all;
}

std::vector<DocumentedExample> documented_examples() {
    const std::string path = (source_root / "docs" / "scenario.md").string();  // what an example names lies beside it
    const std::string page = read_scenario_file(path);
    std::vector<DocumentedExample> examples;
    for (std::size_t at = page.find("```json"); at != std::string::npos; at = page.find("```json", at + 1)) {
        const std::size_t begin = page.find('\n', at) + 1;
        const std::string text = page.substr(begin, page.find("```", begin) - begin);
        DocumentedExample example;
        example.place =
            path + ':' +
            std::to_string(std::count(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(begin), '\n') + 1);
        example.is_fragment = text.front() == '"';
        example.written = reading::parse_document(example.is_fragment ? '{' + text + '}' : text, example.place);
        examples.push_back(std::move(example));
    }
    const auto base = std::find_if(examples.begin(), examples.end(), [](const DocumentedExample& each) {
        const Node* name = each.written.find("name");
        return name != nullptr && name->text == "six-stations";
    });
    if (base == examples.end()) throw std::logic_error("docs/scenario.md has no whole scenario \"six-stations\"");
    const Node whole = base->written;
    for (DocumentedExample& example : examples) example.base = whole;
    return examples;
}

std::vector<std::filesystem::path> shipped_scenarios() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_root / "scenarios")) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Node with_few_sensors(const std::filesystem::path& file) {
    Node scenario = reading::parse_document(read_scenario_file(file.string()), file.string());
    with_each(scenario, [](Node& at) {
        Node* count = at.find("count");
        if (count != nullptr && count->natural > 10) *count = reading::parse_value("10", "count");
    });
    return scenario;
}

}  // namespace trunkline::sim
