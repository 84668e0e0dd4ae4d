#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace trunkline::tidy {

namespace {

namespace fs = std::filesystem;

using Sources = std::map<std::string, Source>;  // by path

Sources read_sources(const fs::path& root, const std::string& top) {
    Sources sources;
    if (!fs::exists(root / top)) return sources;
    for (auto entry = fs::recursive_directory_iterator(root / top); entry != fs::recursive_directory_iterator();
         ++entry) {
        if (entry->is_directory() && entry->path().filename() == "planted") entry.disable_recursion_pending();
        const std::string extension = entry->path().extension().string();
        if (!entry->is_regular_file() || (extension != ".hpp" && extension != ".cpp")) continue;
        const std::string path = entry->path().lexically_relative(root).generic_string();
        sources.emplace(path, Source(path, read_text(entry->path())));
    }
    return sources;
}

/// The files whose declarations a source sees without searching far: what it includes, then itself.
std::vector<const Source*> declarations_for(const Source& source, const Sources& sources) {
    std::vector<const Source*> seen;
    for (const Include& include : source.words.includes) {
        const auto header = sources.find(include.path);
        if (include.quoted && header != sources.end()) seen.push_back(&header->second);
    }
    seen.push_back(&source);
    return seen;
}

class Inspection {
public:
    Inspection(fs::path root, const Layers& layers, const Clauses& clauses)
        : root_(std::move(root)), layers_(layers), clauses_(clauses) {}

    Verdict run() {
        for (const std::string& top : layers_.roots()) {
            const Sources sources = read_sources(root_, top);
            for (const auto& [path, source] : sources) check_source(source, sources);
        }
        for (const std::string top : {"tests", "benchmarks"}) {
            const Sources sources = read_sources(root_, top);
            for (const auto& [path, source] : sources) check_test(source, sources);
        }
        std::sort(verdict_.findings.begin(), verdict_.findings.end());
        return std::move(verdict_);
    }

private:
    void check_source(const Source& source, const Sources& sources) {
        Findings& findings = verdict_.findings;
        check_any(source, sources);
        check_layering(source, layers_, findings);
        check_listed(source, cmake_lists(source.folder), findings);
        const Layer* layer = layers_.find(source.folder);
        if (layer == nullptr) return;
        check_system_includes(source, *layer, findings);
        check_calls(source, layer->kind, findings);
        if (layer->kind == Kind::pure || layer->kind == Kind::virtual_run)
            check_order(source, declarations_for(source, sources), findings);
    }
    void check_test(const Source& source, const Sources& sources) {
        check_any(source, sources);
        check_test_calls(source, verdict_.findings);
        if (!source.header) check_listed(source, cmake_lists(source.folder), verdict_.findings);
    }
    void check_any(const Source& source, const Sources& sources) {
        ++verdict_.files;
        const bool has_own_header = sources.contains(source.folder + '/' + source.stem + ".hpp");
        check_headers(source, has_own_header, verdict_.findings);
        check_lengths(source, verdict_.findings, verdict_.remarks);
        check_markers(source, verdict_.findings);
        check_clauses(source, clauses_, verdict_.findings);
    }
    const std::string& cmake_lists(const std::string& folder) {
        const auto [known, added] = cmake_lists_.try_emplace(folder);
        const fs::path file = root_ / folder / "CMakeLists.txt";
        if (added && fs::exists(file)) known->second = read_text(file);
        return known->second;
    }

    fs::path root_;
    const Layers& layers_;
    const Clauses& clauses_;
    std::map<std::string, std::string> cmake_lists_;
    Verdict verdict_;
};

}  // namespace

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Verdict check_tree(const fs::path& root, const Layers& layers, const Clauses& clauses) {
    return Inspection(root, layers, clauses).run();
}

}  // namespace trunkline::tidy
