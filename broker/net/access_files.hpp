#pragma once
// Password and ACL file of a broker: read at the start and again on demand.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "broker/access/password_file.hpp"
#include "broker/core/access_rules.hpp"
#include "protocol/access/acl.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::broker {

/// Which files there are, and whom they leave out.
struct AccessSettings {
    std::optional<std::filesystem::path> password_file;
    std::optional<std::filesystem::path> acl_file;
    bool allows_anonymous = true;

    friend bool operator==(const AccessSettings&, const AccessSettings&) = default;
};

/// What the files said when they were read.
struct AccessFiles {
    std::shared_ptr<const PasswordFile> passwords;  // null: no such file is wanted
    AccessRules rules;
};

/// The error is one line: file, line and reason.
Result<AccessFiles, std::string> read_access_files(const AccessSettings& settings);

}  // namespace trunkline::broker
