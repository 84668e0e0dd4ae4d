#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

void check_layering(const Source& source, const Layers& layers, Findings& findings) {
    if (layers.find(source.folder) == nullptr) {
        findings.push_back({source.path, 1, "layering", source.folder + " has no row in layers.txt"});
        return;
    }
    for (const Include& include : source.words.includes) {
        if (!include.quoted) continue;
        const std::string_view target = folder_of(include.path);
        if (layers.find(target) == nullptr) {
            findings.push_back({source.path, include.line, "layering",
                                '"' + include.path + "\" is in no folder of layers.txt: includes begin at the root"});
        } else if (!layers.allows(source.folder, target)) {
            findings.push_back({source.path, include.line, "layering",
                                source.folder + " may not include from " + std::string(target)});
        }
    }
}

}  // namespace trunkline::tidy
