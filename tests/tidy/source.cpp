#include "tests/tidy/source.hpp"

#include <utility>

namespace trunkline::tidy {

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

Source::Source(std::string path_from_root, std::string content)
    : path(std::move(path_from_root)), folder(folder_of(path)), text(std::move(content)), words(cut(text)) {
    const std::string_view name = std::string_view(path).substr(folder.empty() ? 0 : folder.size() + 1);
    const std::size_t dot = name.rfind('.');
    stem = name.substr(0, dot);
    header = name.substr(dot + 1) == "hpp";
}

}  // namespace trunkline::tidy
