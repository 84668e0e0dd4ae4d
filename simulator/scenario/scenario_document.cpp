#include "simulator/scenario/scenario_document.hpp"

#include <nlohmann/json.hpp>

#include "simulator/scenario/document.hpp"
#include "simulator/scenario/overrides.hpp"
#include "simulator/scenario/read_tree.hpp"
#include "simulator/scenario/scenario_file.hpp"

namespace trunkline::sim {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const reading::Node& node) {
    using Kind = reading::Node::Kind;
    switch (node.kind) {
        case Kind::null:
            return nullptr;
        case Kind::boolean:
            return node.boolean;
        case Kind::number:
            return Json::parse(node.text);  // as it was written
        case Kind::text:
            return node.text;
        case Kind::list: {
            Json list = Json::array();
            for (const reading::Node& item : node.items) list.push_back(to_json(item));
            return list;
        }
        case Kind::object:
            break;
    }
    Json object = Json::object();
    for (const reading::Member& member : node.members) object[member.key] = to_json(member.value);
    return object;
}

}  // namespace

Json load_scenario_document(const std::string& path, std::span<const std::string> overrides) {
    reading::Node root = reading::parse_document(read_scenario_file(path), path);
    for (const std::string& assignment : overrides) reading::apply_override(root, assignment);
    return to_json(root);
}

Json chaos_written_out(const Json& document, const Scenario& drawn) {
    if (!drawn.chaos) return document;
    reading::Node root = reading::parse_document(document.dump(), drawn.file);
    for (const std::string& knob : drawn.chaos->knobs) reading::apply_override(root, knob);
    Json written = to_json(root);
    for (const std::string& fault : drawn.chaos->faults) written["faults"].push_back(Json::parse(fault));
    written["chaos"] = {{"settle", written["chaos"]["settle"]}};
    return written;
}

std::vector<FileBeside> files_beside(const Json& document, const std::string& file) {
    std::vector<reading::Asked> asked;
    reading::read_tree(reading::parse_document(document.dump(), file), file, {}, &asked);
    std::vector<FileBeside> files;
    for (reading::Asked& each : asked) {
        if (each.what == reading::Asked::For::file)
            files.push_back({std::move(each.pointer), std::move(each.names.front())});
    }
    return files;
}

}  // namespace trunkline::sim
