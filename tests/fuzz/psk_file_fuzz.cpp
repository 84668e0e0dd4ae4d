// Any text is refused with its line, or names identities with keys.

#include <algorithm>
#include <string>

#include "runtime/transport/psk_file.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    const auto file = runtime::PskFile::parse(text);
    if (file) return 0;
    const auto lines = static_cast<unsigned long>(std::count(text.begin(), text.end(), '\n')) + 1;
    const unsigned long line = std::stoul(file.error());
    require(line >= 1 && line <= lines, "a refusal names a line of the file");
    require(file.error().find(": ") + 2 < file.error().size(), "a refusal says why");
    return 0;
}
