#include "broker/net/access_files.hpp"

#include <utility>

#include "broker/net/scram_server.hpp"
#include "runtime/settings/text_file.hpp"

namespace trunkline::broker {

Result<AccessFiles, std::string> read_access_files(const AccessSettings& settings) {
    AccessFiles files;
    files.rules.allows_anonymous = settings.allows_anonymous;
    if (settings.password_file) {
        Result<PasswordFile, std::string> passwords = runtime::read_file<PasswordFile>(*settings.password_file);
        if (!passwords) return Failure{passwords.error()};
        files.passwords = std::make_shared<const PasswordFile>(*std::move(passwords));
        files.rules.checks_passwords = true;
        files.rules.methods = {std::string(scram_method)};
    }
    if (settings.acl_file) {
        Result<Acl, std::string> acl = runtime::read_file<Acl>(*settings.acl_file);
        if (!acl) return Failure{acl.error()};
        files.rules.acl = *std::move(acl);
    }
    return files;
}

}  // namespace trunkline::broker
