// Any text is refused with its line, or names users; and what is written for a user is read again.

#include <algorithm>
#include <string_view>

#include "broker/access/password_file.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    const auto file = broker::PasswordFile::parse(text);
    if (!file) {
        const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1;
        require(file.error().line >= 1 && file.error().line <= lines, "a refusal names a line of the file");
        require(!file.error().reason.empty(), "a refusal says why");
        return 0;
    }
    if (file->decoy() == nullptr) return 0;
    const auto changed = broker::PasswordFile::parse(broker::with_password_line(text, "operator", *file->decoy()));
    require(changed.has_value(), "a file with one more user is a file");
    require(changed->find("operator") != nullptr, "who is added is there");
    require(*changed->find("operator") == *file->decoy(), "what is written is read again");
    require(changed->size() == file->size() + (file->find("operator") == nullptr ? 1 : 0), "nobody else is lost");
    return 0;
}
