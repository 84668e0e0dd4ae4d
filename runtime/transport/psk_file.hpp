#pragma once
// Mosquitto's file of pre-shared keys: who may connect over TLS with which key instead of a certificate.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace trunkline::runtime {

/// Lines of IDENTITY:KEY, the key in hexadecimal digits.
class PskFile {
public:
    static constexpr std::size_t longest_key = 256;  // octets; OpenSSL takes no longer one

    /// The error is "LINE: what is wrong with it".
    static Result<PskFile, std::string> parse(std::string_view text);
    /// The error is one line: file, line and reason.
    static Result<PskFile, std::string> read(const std::filesystem::path& path);

    /// Null: nobody of that name.
    const std::vector<std::byte>* find(std::string_view identity) const;
    std::size_t size() const { return keys_.size(); }

private:
    std::map<std::string, std::vector<std::byte>, std::less<>> keys_;
};

}  // namespace trunkline::runtime
