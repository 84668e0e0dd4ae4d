#include "runtime/transport/psk_file.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "protocol/base/bytes.hpp"
#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline::runtime {

namespace {

std::optional<std::vector<std::byte>> from_hexadecimal(std::string_view digits) {
    std::vector<std::byte> octets;
    for (; digits.size() >= 2; digits.remove_prefix(2)) {
        unsigned octet = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, octet, 16);
        if (error != std::errc() || end != digits.data() + 2) return std::nullopt;
        octets.push_back(static_cast<std::byte>(octet));
    }
    if (!digits.empty()) return std::nullopt;
    return octets;
}

}  // namespace

Result<PskFile, std::string> PskFile::parse(std::string_view text) {
    PskFile file;
    TextLines lines(text);
    const auto wrong = [&](std::string_view why) {
        return Failure{std::to_string(lines.number()) + ": " + std::string(why)};
    };
    while (const std::optional<std::string_view> line = lines.next()) {
        const std::size_t colon = line->find(':');
        if (colon == std::string_view::npos || colon == 0) return wrong("IDENTITY:KEY is wanted");
        const std::string identity(line->substr(0, colon));
        // It may become a user name.
        if (identity.size() > 65'535 || !is_mqtt_utf8(as_byte_view(identity)))
            return wrong("the identity is no MQTT string");
        const auto key = from_hexadecimal(line->substr(colon + 1));
        if (!key || key->empty() || key->size() > longest_key)
            return wrong("a key of 1 to 256 octets is wanted, two hexadecimal digits each, without 0x");
        if (!file.keys_.emplace(identity, *key).second)
            return wrong("identity " + identity + " stands in an earlier line already; keep one of them");
    }
    return file;
}

Result<PskFile, std::string> PskFile::read(const std::filesystem::path& path) {
    const auto unreadable = [&](int error) {
        return Failure{"psk_file " + path.string() + ": " + std::generic_category().message(error)};
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return unreadable(EISDIR);
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in.is_open()) return unreadable(errno);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return unreadable(EIO);
    Result<PskFile, std::string> file = parse(text);
    if (!file) return Failure{"psk_file " + path.string() + ':' + file.error()};
    return file;
}

const std::vector<std::byte>* PskFile::find(std::string_view identity) const {
    const auto found = keys_.find(identity);
    return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace trunkline::runtime
